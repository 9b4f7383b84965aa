import { deepEqual } from '../deep-equal.js';
import { invalidValue, PrintedValue, type FieldError } from '../field-error.js';
import type { LabelSelector } from '../types.js';
import { goJson, goJsonOfMap } from '../go-text.js';

/** Adds one error per thing that is wrong with a value. */
export function addInvalid(errors: FieldError[], path: string, value: unknown, problems: readonly string[]): void {
  for (const problem of problems) errors.push(invalidValue(path, value, problem));
}

export function checkNonnegative(value: number | undefined, path: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) errors.push(invalidValue(path, value, 'must be greater than or equal to 0'));
}

/** `printed`: how Kubernetes prints the new value, where that is not plain JSON. */
export function checkImmutable(
  next: unknown,
  previous: unknown,
  path: string,
  errors: FieldError[],
  printed?: () => string,
): void {
  if (semanticallyEqual(next, previous)) return;
  const value = printed === undefined || next === undefined ? next : new PrintedValue(printed());
  errors.push(invalidValue(path, value, 'field is immutable'));
}

/** Equal as Kubernetes sees it: an empty list or map is the same as none. */
export function semanticallyEqual(a: unknown, b: unknown): boolean {
  return deepEqual(a, b) || deepEqual(withoutEmpty(a), withoutEmpty(b));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutEmpty(field)]));
}

/** A label selector in the order of Go's struct. */
export function printedSelector(selector: LabelSelector): PrintedValue {
  const parts: string[] = [];
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length > 0) parts.push(`"matchLabels":${goJsonOfMap(matchLabels)}`);
  if (matchExpressions.length > 0) {
    const expressions = matchExpressions.map(({ key, operator, values = [] }) => ({
      key,
      operator,
      ...(values.length > 0 ? { values } : {}),
    }));
    parts.push(`"matchExpressions":${goJson(expressions)}`);
  }
  return new PrintedValue(`{${parts.join(',')}}`);
}
