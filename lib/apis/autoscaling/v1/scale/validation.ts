import type { FieldError } from '../../../meta/v1/field-error.js';
import { checkNonnegative } from '../../../meta/v1/validation/rules.js';
import type { Scale } from './types.js';

export function validateScale({ spec }: Scale): FieldError[] {
  const errors: FieldError[] = [];
  checkNonnegative(spec.replicas, 'spec.replicas', errors);
  return errors;
}
