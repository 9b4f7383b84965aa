/**
 * Decoding: from parsed JSON or YAML to an object of an API type, exactly as Kubernetes does it: unknown fields are
 * dropped and reported, null means unset, a zero value means unset unless the field tells the two apart, fields that
 * are always answered are filled in, amounts, times and bytes get their one spelling, and a wrong type is refused in
 * Kubernetes' own words.
 *
 * What needs no change is returned as it came: decoding a well-formed object copies little or nothing, and what it is
 * given must not be changed afterwards.
 */
import type { DuplicateKeys } from './json.js';
import { DecodeRun } from './decode-run.js';
import { structDecoder } from './decode-struct.js';
import type { InferStruct, Struct } from './schema.js';

export interface Decoded<T> {
  /** Of use only where `error` is undefined. */
  readonly object: T;
  /**
   * Why the value cannot be an object of the type. Answered with 400 as
   * `Job in version "v1" cannot be handled as a Job: <error>`.
   */
  readonly error: string | undefined;
  /**
   * `unknown field "spec.foo"` and `duplicate field "kind"`, in the order of the document. With
   * `fieldValidation=Warn` each is a `Warning` header; with `Strict` they are an error, see `strictError`; with
   * `Ignore` nothing is said.
   */
  readonly strictWarnings: readonly string[];
}

/** `duplicateKeys` as `parseJson` returned them together with the value. */
export function decode<S extends Struct>(
  type: S,
  value: unknown,
  duplicateKeys?: DuplicateKeys,
): Decoded<InferStruct<S>> {
  const run = new DecodeRun(duplicateKeys);
  const object = run.outcome(() => structDecoder(type).decode(value, run)) as InferStruct<S>;
  return { object, error: run.error, strictWarnings: run.strictWarnings };
}

/** What takes the place of `error` under `fieldValidation=Strict` when there are warnings. */
export function strictError(strictWarnings: readonly string[]): string {
  return `strict decoding error: ${strictWarnings.join(', ')}`;
}
