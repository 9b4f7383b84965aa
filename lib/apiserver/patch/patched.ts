import { invalidValue } from '../../apis/meta/v1/field-error.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';

export interface Patched {
  /** Neither decoded nor defaulted nor validated; parts that the patch does not touch are those of `current`. */
  readonly object: unknown;
  /** What `fieldValidation` is about, in the patch itself: fields given twice. Those of the decoding come after them. */
  readonly strictWarnings: readonly string[];
  /** The 422 for a patched object that cannot be decoded, with the decoder's own words. */
  readonly undecodable: (why: string) => StatusError;
}

/** `print` shows, in the 422, what could not be decoded. */
export function patched(object: unknown, strictWarnings: readonly string[], print: () => string): Patched {
  return { object, strictWarnings, undecodable: (why) => undecodable(print(), why) };
}

/** Nothing is known of an object that cannot be decoded, so the answer names none. */
function undecodable(printed: string, why: string): StatusError {
  const { field, message, reason } = invalidValue('patch', printed, why);
  return new StatusError(422, 'Invalid', ` "" is invalid: ${field}: ${message}`, {
    causes: [{ field, message, reason }],
  });
}
