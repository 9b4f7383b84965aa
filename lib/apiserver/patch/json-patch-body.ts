import type { ParsedJson } from '../../apis/meta/v1/json.js';
import { badRequest, StatusError } from '../../apis/meta/v1/status-error.js';
import { patched, type Patched } from './patched.js';
import { duplicateFields } from './duplicate-fields.js';
import { goJsonType } from './go-print.js';
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from './json-patch.js';
import { isList, isMap } from './json-tree.js';

const operationsMax = 10_000;
const texts = ['op', 'path', 'from'] as const;
const fields: readonly string[] = [...texts, 'value'];

/** Decodes the operations of a JSON Patch and applies them. */
export function patchByOperations(current: object, body: ParsedJson): Patched {
  const operations = decodeOperations(body.value);
  if (operations.length > operationsMax) throw tooMany(operations.length);
  const object = apply(current, operations);
  const warnings = [...duplicateFields(body), ...unknownFields(operations)].map((text) => `json patch ${text}`);
  return patched(object, warnings, () => JSON.stringify(object));
}

function apply(current: object, operations: readonly JsonPatchOperation[]): unknown {
  try {
    return applyJsonPatch(current, operations);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

function decodeOperations(value: unknown): readonly JsonPatchOperation[] {
  if (value === null) return [];
  if (!isList(value)) throw wrongType(value, 'Go value of type []handlers.jsonPatchOp');
  return value.map(decodeOperation);
}

function decodeOperation(operation: unknown): JsonPatchOperation {
  if (!isMap(operation)) throw wrongType(operation, 'Go value of type handlers.jsonPatchOp');
  for (const field of texts) {
    const value = operation[field];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw wrongType(value, `Go struct field jsonPatchOp.${field} of type string`);
    }
  }
  return operation;
}

function unknownFields(operations: readonly JsonPatchOperation[]): readonly string[] {
  return operations.flatMap((operation, i) =>
    Object.keys(operation)
      .filter((field) => !fields.includes(field))
      .map((field) => `unknown field "[${i}].${field}"`),
  );
}

function wrongType(value: unknown, target: string): StatusError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${goJsonType(value)} into ${target}`);
}

function tooMany(count: number): StatusError {
  const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${operationsMax}, got ${count}`;
  return new StatusError(413, 'RequestEntityTooLarge', message);
}
