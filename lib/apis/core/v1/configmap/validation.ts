import { deepEqual } from '../../../meta/v1/deep-equal.js';
import { forbiddenValue, invalidValue, tooLongValue, type FieldError } from '../../../meta/v1/field-error.js';
import { byteLength } from '../../../meta/v1/go-text.js';
import { configMapKeyProblems } from '../../../meta/v1/validation/names.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import { addInvalid } from '../../../meta/v1/validation/rules.js';
import { base64Bytes, DATA_BYTES_MAX } from '../data-size.js';
import type { ConfigMap } from './types.js';

export function validateConfigMap(configMap: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(configMap.metadata, { namespaced: true });
  const { data = {}, binaryData = {} } = configMap;
  let size = 0;
  for (const key in data) {
    addInvalid(errors, `data[${key}]`, key, configMapKeyProblems(key));
    if (Object.hasOwn(binaryData, key)) {
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    size += byteLength(data[key] ?? '');
  }
  for (const key in binaryData) {
    addInvalid(errors, `binaryData[${key}]`, key, configMapKeyProblems(key));
    size += base64Bytes(binaryData[key] ?? '');
  }
  // The path of the whole object prints as brackets.
  if (size > DATA_BYTES_MAX) errors.push(tooLongValue('[]', DATA_BYTES_MAX));
  return errors;
}

export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  refuseChanges(next, previous, ['data', 'binaryData'], errors);
  return [...errors, ...validateConfigMap(next)];
}

interface MaybeImmutable {
  readonly immutable?: boolean;
}

/** Of an immutable object neither the values change nor that they do not. */
export function refuseChanges<T extends MaybeImmutable>(
  next: T,
  previous: T,
  fields: readonly (keyof T & string)[],
  errors: FieldError[],
): void {
  if (previous.immutable !== true) return;
  const problem = 'field is immutable when `immutable` is set';
  if (next.immutable !== true) errors.push(forbiddenValue('immutable', problem));
  for (const field of fields) {
    if (!deepEqual(next[field], previous[field])) errors.push(forbiddenValue(field, problem));
  }
}
