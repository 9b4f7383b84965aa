import { invalidValue, PrintedValue, requiredValue, type FieldError } from '../../../meta/v1/field-error.js';
import { goJsonOfMap } from '../../../meta/v1/go-text.js';
import { labelOf, matchesLabelSelector } from '../../../meta/v1/label-selector.js';
import { hasInvalidLabelValue, validateLabelSelector } from '../../../meta/v1/validation/labels.js';
import { dnsLabelProblems } from '../../../meta/v1/validation/names.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import { checkImmutable, printedSelector, semanticallyEqual } from '../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../internal-form.js';
import { podFailurePolicy, successPolicy, type Job, type JobSpec } from './types.js';
import { isSelectable } from './validation/selector.js';
import { validateJobSpecForm } from './validation/job-spec.js';
import { validateJobStatusChange } from './validation/status.js';
import { validateTemplateChange } from './validation/template-change.js';

const controllerUid = 'batch.kubernetes.io/controller-uid';
const jobName = 'batch.kubernetes.io/job-name';

/** `previous`: what the Job replaces, whose old faults are let pass. */
export function validateJob(job: Job, previous?: Job): FieldError[] {
  const errors = validateObjectMeta(job.metadata, { namespaced: true });
  validateGeneratedSelector(job, previous, errors);
  validateJobSpec(job.spec, previous?.spec, errors);
  const { completionMode, completions = 0 } = job.spec;
  if (completionMode === 'Indexed' && completions > 0) validateHostnames(job, completions, errors);
  return errors;
}

/** Errors of the new state come twice: Kubernetes looks at it on its own and as a change. */
export function validateJobUpdate(next: Job, previous: Job): FieldError[] {
  const errors = validateJob(next, previous);
  errors.push(...validateObjectMetaUpdate(next.metadata, previous.metadata));
  validateJobSpec(next.spec, previous.spec, errors);
  validateCompletionsChange(next.spec, previous.spec, errors);
  const { selector } = next.spec;
  checkImmutable(selector, previous.spec.selector, 'spec.selector', errors, () => printedSelector(selector!).text);
  validateTemplateChange(next.spec, previous, errors);
  checkSpecField('completionMode', next.spec, previous.spec, errors);
  checkSpecField('podFailurePolicy', next.spec, previous.spec, errors, () =>
    printInternal(podFailurePolicy, next.spec.podFailurePolicy!),
  );
  checkSpecField('backoffLimitPerIndex', next.spec, previous.spec, errors);
  checkSpecField('managedBy', next.spec, previous.spec, errors);
  checkSpecField('successPolicy', next.spec, previous.spec, errors, () =>
    printInternal(successPolicy, next.spec.successPolicy!),
  );
  return errors;
}

export function validateJobStatusUpdate(next: Job, previous: Job): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  validateJobStatusChange(next, previous, errors);
  return errors;
}

function checkSpecField(
  field: keyof JobSpec,
  next: JobSpec,
  previous: JobSpec,
  errors: FieldError[],
  printed?: () => string,
): void {
  checkImmutable(next[field], previous[field], `spec.${field}`, errors, printed);
}

/** Unless the user chose a selector, the labels that make the Job's own pods known must be as the Job makes them. */
function validateGeneratedSelector(job: Job, previous: Job | undefined, errors: FieldError[]): void {
  const { manualSelector, selector } = job.spec;
  if (manualSelector === true || selector === undefined) return;
  const { name, uid } = job.metadata;
  if (!uid) errors.push(requiredValue('metadata.uid'));
  const before = previous?.spec.template.metadata?.labels ?? {};
  // Jobs from before the prefixed labels go without them.
  const prefixed = previous === undefined || (Object.hasOwn(before, jobName) && Object.hasOwn(before, controllerUid));
  const expected = {
    'controller-uid': uid,
    'job-name': name,
    ...(prefixed ? { [controllerUid]: uid, [jobName]: name } : {}),
  };
  for (const [key, value] of Object.entries(expected)) checkLabel(job, key, value, errors);
  if (isSelectable(selector) && !matchesLabelSelector(selector, expected)) {
    errors.push(invalidValue('spec.selector', printedSelector(selector), '`selector` not auto-generated'));
  }
}

function checkLabel(job: Job, key: string, expected: string, errors: FieldError[]): void {
  const { labels } = job.spec.template.metadata ?? {};
  const path = `spec.template.metadata.labels[${key}]`;
  const actual = labelOf(labels ?? {}, key);
  if (actual === undefined) errors.push(requiredValue(path, `must be '${expected}'`));
  else if (actual !== expected) {
    errors.push(invalidValue(path, new PrintedValue(goJsonOfMap(labels)), `must be '${expected}'`));
  }
}

function validateJobSpec(spec: JobSpec, previous: JobSpec | undefined, errors: FieldError[]): void {
  validateJobSpecForm(spec, 'spec', errors, previous?.template);
  const { selector } = spec;
  const { labels } = spec.template?.metadata ?? {};
  if (selector === undefined) errors.push(requiredValue('spec.selector'));
  else {
    const allowInvalidLabelValues = hasInvalidLabelValue(previous?.selector);
    validateLabelSelector(selector, 'spec.selector', errors, { allowInvalidLabelValues });
  }
  if (selector !== undefined && !isSelectable(selector)) return;
  if (matchesLabelSelector(selector, labels)) return;
  const printed = new PrintedValue(goJsonOfMap(labels));
  errors.push(invalidValue('spec.template.metadata.labels', printed, '`selector` does not match template `labels`'));
}

/** The host name of an indexed Job's last pod, the longest of all, must be a DNS label. */
function validateHostnames(job: Job, completions: number, errors: FieldError[]): void {
  const { name = '' } = job.metadata;
  const last = `${name}-${completions - 1}`;
  if (dnsLabelProblems(last).length === 0) return;
  const problem = `will not able to create pod with invalid DNS label: ${last}`;
  errors.push(invalidValue('metadata.name', name, problem));
}

/** Completions of an indexed Job may change together with its parallelism. */
function validateCompletionsChange(next: JobSpec, previous: JobSpec, errors: FieldError[]): void {
  const path = 'spec.completions';
  if (next.completionMode !== 'Indexed') checkImmutable(next.completions, previous.completions, path, errors);
  else if (next.completions !== undefined && !semanticallyEqual(next.completions, previous.completions)) {
    if (next.completions === next.parallelism) return;
    errors.push(invalidValue(path, next.completions, 'can only be modified in tandem with spec.parallelism'));
  }
}
