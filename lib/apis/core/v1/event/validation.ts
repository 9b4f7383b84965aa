import { invalidValue, requiredValue, type FieldError } from '../../../meta/v1/field-error.js';
import { byteLength } from '../../../meta/v1/go-text.js';
import { dnsSubdomainProblems, pathSegmentName, qualifiedNameProblems } from '../../../meta/v1/validation/names.js';
import { validateCommonMeta } from '../../../meta/v1/validation/object-meta.js';
import { addInvalid } from '../../../meta/v1/validation/rules.js';
import type { Event } from './types.js';

const textMax = 128;
const messageMax = 1024;

/** A new event; its metadata count only when all else is well. */
export function validateNewEvent(event: Event): FieldError[] {
  const errors = validateEvent(event);
  if (errors.length > 0) return errors;
  return validateCommonMeta(event.metadata, { namespaced: true, nameRule: pathSegmentName });
}

/** New and changed events are held to the same rules, those of `v1`: hardly any. */
export function validateEvent(event: Event): FieldError[] {
  const errors: FieldError[] = [];
  const { namespace = '' } = event.metadata;
  const involved = event.involvedObject.namespace ?? '';
  const mismatch = () => {
    errors.push(invalidValue('involvedObject.namespace', involved, 'does not match event.namespace'));
  };
  if (!event.eventTime) {
    // An event about something outside all namespaces lies in `default`.
    const agrees = involved === '' ? namespace === '' || namespace === 'default' : namespace === involved;
    if (!agrees) mismatch();
  } else {
    if (involved === '' && namespace !== 'default' && namespace !== 'kube-system') mismatch();
    validateReport(event, errors);
  }
  addInvalid(errors, 'namespace', namespace, dnsSubdomainProblems(namespace));
  return errors;
}

/** What an event of the newer form says of itself. */
function validateReport(event: Event, errors: FieldError[]): void {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  if (reportingComponent === '') errors.push(requiredValue('reportingComponent'));
  addInvalid(errors, 'reportingComponent', reportingComponent, qualifiedNameProblems(reportingComponent));
  for (const [field, text] of Object.entries({ reportingInstance, action, reason })) {
    if (text === '') errors.push(requiredValue(field));
    checkLength(field, text, textMax, errors);
  }
  checkLength('message', message, messageMax, errors);
}

function checkLength(field: string, text: string, max: number, errors: FieldError[]): void {
  if (byteLength(text) > max) errors.push(invalidValue(field, '', `can have at most ${max} characters`));
}
