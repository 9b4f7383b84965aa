import {
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLongValue,
  unsupportedValue,
  type FieldError,
} from '../../apis/meta/v1/field-error.js';
import { invalid } from '../../apis/meta/v1/status-error.js';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface RequestedWrite {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
}

const fieldValidations = ['', 'Ignore', 'Strict', 'Warn'];
const fieldManagerBytesMax = 128;

/** The query parameters every write has. Throws a 422 that names the options' kind. */
export function parseWriteOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  { apply = false } = {},
): RequestedWrite {
  const errors = [
    ...(kind === 'PatchOptions' ? patchErrors(query, apply) : []),
    ...fieldManagerErrors(query),
    ...dryRunErrors(query.getAll('dryRun')),
    ...fieldValidationErrors(query),
  ];
  if (errors.length > 0) throw invalid(kind, 'meta.k8s.io', '', errors);
  return {
    dryRun: query.getAll('dryRun').length > 0,
    fieldValidation: (query.get('fieldValidation') || 'Warn') as FieldValidation,
  };
}

function patchErrors(query: URLSearchParams, apply: boolean): readonly FieldError[] {
  if (apply) {
    return query.get('fieldManager') ? [] : [requiredValue('fieldManager', 'is required for apply patch')];
  }
  return query.has('force') ? [forbiddenValue('force', 'may not be specified for non-apply patch')] : [];
}

function fieldManagerErrors(query: URLSearchParams): readonly FieldError[] {
  const manager = query.get('fieldManager') ?? '';
  if (Buffer.byteLength(manager) > fieldManagerBytesMax) return [tooLongValue('fieldManager', fieldManagerBytesMax)];
  const odd = [...manager].findIndex((character) => /[\p{C}\p{Zl}\p{Zp}]/u.test(character));
  return odd < 0 ? [] : [invalidValue('fieldManager', manager, 'should only contain printable characters')];
}

/** Also of DeleteOptions, where it may stand in the body. */
export function dryRunErrors(dryRun: readonly string[]): readonly FieldError[] {
  return dryRun.every((value) => value === 'All') ? [] : [unsupportedValue('dryRun', dryRun, ['All'])];
}

function fieldValidationErrors(query: URLSearchParams): readonly FieldError[] {
  const asked = query.get('fieldValidation') ?? '';
  return fieldValidations.includes(asked) ? [] : [unsupportedValue('fieldValidation', asked, fieldValidations)];
}
