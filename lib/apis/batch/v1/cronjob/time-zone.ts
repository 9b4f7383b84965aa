import { invalidValue, type FieldError } from '../../../meta/v1/field-error.js';
import { isTimeZone } from './time-zone-names.js';

/** What each part of a zone's name may look like. */
const part = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** `timeZone`: a name of the IANA database. */
export function validateTimeZone(zone: string, path: string, errors: FieldError[]): void {
  if (zone === '') {
    errors.push(invalidValue(path, zone, 'timeZone must be nil or non-empty string'));
    return;
  }
  const illFormed = zone
    .split('/')
    .some((name) => name === '.' || name === '..' || name.startsWith('-') || !part.test(name));
  if (zone.toLowerCase() === 'local') {
    const problem = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalidValue(path, zone, problem));
  }
  // To Kubernetes `Local` is a zone, only not an explicit one.
  if (illFormed || (zone !== 'Local' && !isTimeZone(zone))) {
    errors.push(invalidValue(path, zone, `unknown time zone ${zone}`));
  }
}
