import { forbiddenValue, invalidValue, requiredValue, tooLongValue, type FieldError } from '../field-error.js';
import { byteLength } from '../go-text.js';
import type { Labels } from '../label-selector.js';
import type { LabelSelector, LabelSelectorRequirement } from '../types.js';
import { labelValueProblems, qualifiedNameProblems } from './names.js';
import { addInvalid } from './rules.js';

/** All annotations of an object together, in bytes. */
const annotationsMax = 256 * 1024;

export function validateLabelName(name: string, path: string, errors: FieldError[]): void {
  addInvalid(errors, path, name, qualifiedNameProblems(name));
}

export function validateLabels(labels: Labels | undefined, path: string, errors: FieldError[]): void {
  for (const key in labels) {
    validateLabelName(key, path, errors);
    const value = labels[key] ?? '';
    addInvalid(errors, path, value, labelValueProblems(value));
  }
}

/** Keys may be in any case, values are anything. */
export function validateAnnotations(annotations: Labels | undefined, path: string, errors: FieldError[]): void {
  let size = 0;
  for (const key in annotations) {
    addInvalid(errors, path, key, qualifiedNameProblems(key.toLowerCase()));
    size += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (size > annotationsMax) errors.push(tooLongValue(path, annotationsMax));
}

export interface SelectorOptions {
  /** An object that already has such a value may keep it. */
  readonly allowInvalidLabelValues?: boolean;
}

export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: string,
  errors: FieldError[],
  options: SelectorOptions = {},
): void {
  if (selector === undefined) return;
  validateLabels(selector.matchLabels, `${path}.matchLabels`, errors);
  selector.matchExpressions?.forEach((requirement, i) => {
    validateRequirement(requirement, `${path}.matchExpressions[${i}]`, errors, options);
  });
}

function validateRequirement(
  { key, operator, values = [] }: LabelSelectorRequirement,
  path: string,
  errors: FieldError[],
  options: SelectorOptions,
): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(requiredValue(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbiddenValue(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  validateLabelName(key, `${path}.key`, errors);
  if (options.allowInvalidLabelValues === true) return;
  values.forEach((value, i) => addInvalid(errors, `${path}.values[${i}]`, value, labelValueProblems(value)));
}

/** Whether an expression of the selector has a value that no label can have. */
export function hasInvalidLabelValue(selector: LabelSelector | undefined): boolean {
  return (selector?.matchExpressions ?? []).some((requirement) =>
    (requirement.values ?? []).some((value) => labelValueProblems(value).length > 0),
  );
}
