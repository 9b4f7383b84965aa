import { badRequest, StatusError } from '../../apis/meta/v1/status-error.js';
import { goPrint } from './go-print.js';
import type { JsonMap } from './json-tree.js';

/** What Kubernetes answers where its own merging gives up: a 500 without a reason. */
export function internal(message: string): StatusError {
  return new StatusError(500, undefined, message);
}

export function badFormat(directive: 'retainKeys' | 'primitive list' | 'setElementOrder list'): StatusError {
  return badRequest(`invalid patch format of ${directive}`);
}

export function unknownDirective(directive: unknown, patch: JsonMap): StatusError {
  return internal(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`);
}

export function noMergeKey(item: JsonMap, mergeKey: string): StatusError {
  return internal(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`);
}

export function notAList(value: unknown): StatusError {
  return internal(`expected a []interface {}, but received a ${goType(value)}`);
}

function goType(value: unknown): string {
  if (value === null) return '%!s(<nil>)';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value !== 'number' && !(value instanceof Number)) return 'map[string]interface {}';
  return Number.isInteger(Number(value)) ? 'int64' : 'float64';
}
