/**
 * Field errors as Kubernetes reports them (`k8s.io/apimachinery/pkg/util/validation/field`): each becomes one cause of
 * a 422 `Status`, with the field's path, a machine-readable reason and Kubernetes' own wording of the message.
 */

import { goJson, goQuote } from './go-text.js';

export type FieldErrorReason =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  /** Path as in `spec.template.spec.containers[0].image`; map keys in brackets: `metadata.labels[a]`. */
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** The whole message without the path: `Invalid value: -1: must be greater than or equal to 0`. */
  readonly message: string;
}

/** A value that is already in the form in which Kubernetes prints it (structs have their own order of fields). */
export class PrintedValue {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** In the place of a value: the message names none. */
export const omittedValue = new PrintedValue('');

/** A field's value as Kubernetes prints it inside a message: quoted, or JSON for lists and objects. */
export function printValue(value: unknown): string {
  if (value instanceof PrintedValue) return value.text;
  return typeof value === 'string' ? goQuote(value) : goJson(value ?? null);
}

function suffix(detail: string): string {
  return detail === '' ? '' : `: ${detail}`;
}

export function requiredValue(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: `Required value${suffix(detail)}` };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  const printed = value === omittedValue ? '' : `: ${printValue(value)}`;
  return { field, reason: 'FieldValueInvalid', message: `Invalid value${printed}${suffix(detail)}` };
}

/** `supported` is printed in the order given (Kubernetes sorts some of its lists, not all). */
export function unsupportedValue(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `: supported values: ${supported.map((v) => goQuote(v)).join(', ')}`;
  return { field, reason: 'FieldValueNotSupported', message: `Unsupported value: ${goJson(value)}${detail}` };
}

export function duplicateValue(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${printValue(value)}` };
}

export function forbiddenValue(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden${suffix(detail)}` };
}

export function notFoundValue(field: string, value: unknown, detail = ''): FieldError {
  return { field, reason: 'FieldValueNotFound', message: `Not found: ${printValue(value)}${suffix(detail)}` };
}

/** A text above `maxBytes` bytes. */
export function tooLongValue(field: string, maxBytes: number): FieldError {
  return { field, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxBytes} bytes` };
}

/** A list above `maxItems` items. */
export function tooManyValues(field: string, count: number, maxItems: number): FieldError {
  const items = maxItems === 1 ? 'item' : 'items';
  return { field, reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${maxItems} ${items}` };
}
