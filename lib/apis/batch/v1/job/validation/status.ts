import {
  duplicateValue,
  invalidValue,
  omittedValue,
  PrintedValue,
  requiredValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { checkNonnegative, semanticallyEqual } from '../../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../../internal-form.js';
import { uncountedTerminatedPods, type Job, type JobStatus } from '../types.js';
import { conditionIs, isFinished } from './conditions.js';
import { firstCommonIndex, readIndexes } from './index-text.js';

/**
 * What may be reported of a Job. Most rules look only at what changes: a status that was let in before may be written
 * again, and a status may lag behind a change of the spec until the controller mends it.
 */
export function validateJobStatusChange(next: Job, previous: Job, errors: FieldError[]): void {
  const { status } = next;
  const change = new StatusChange(next, previous);
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    checkNonnegative(status[field], `status.${field}`, errors);
  }
  validateUncounted(status, errors);
  validateVerdictTimes(change, errors);
  validateVerdictSupport(change, errors);
  validateIndexTexts(change, errors);
  validateActivity(change, errors);
  validateVerdictsTogether(change, errors);
  validateTransition(change, errors);
}

/** A change of status and what of it is new. */
class StatusChange {
  readonly next: Job;
  readonly before: JobStatus;
  readonly after: JobStatus;

  constructor(next: Job, previous: Job) {
    this.next = next;
    this.before = previous.status;
    this.after = next.status;
  }

  is(type: string): boolean {
    return conditionIs(this.after, type, 'True');
  }

  was(type: string): boolean {
    return conditionIs(this.before, type, 'True');
  }

  /** Whether one of the fields, or of the conditions, differs. */
  changes(...names: (keyof JobStatus | ConditionType)[]): boolean {
    return names.some((name) =>
      isConditionType(name)
        ? this.is(name) !== this.was(name)
        : !semanticallyEqual(this.after[name] ?? zeroOf(name), this.before[name] ?? zeroOf(name)),
    );
  }

  get finished(): boolean {
    return isFinished(this.after);
  }

  get finishedChanges(): boolean {
    return this.finished !== isFinished(this.before);
  }
}

type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet';

function isConditionType(name: string): name is ConditionType {
  return /^[A-Z]/.test(name);
}

/** Counters that are not there are zero. */
function zeroOf(field: keyof JobStatus): unknown {
  if (field === 'active' || field === 'succeeded' || field === 'failed') return 0;
  return field === 'completedIndexes' ? '' : undefined;
}

const conditions = 'status.conditions';

function refuseConditions(problem: string, errors: FieldError[]): void {
  errors.push(invalidValue(conditions, omittedValue, problem));
}

function validateUncounted({ uncountedTerminatedPods: uncounted }: JobStatus, errors: FieldError[]): void {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    uncounted?.[list]?.forEach((uid, i) => {
      const path = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') errors.push(invalidValue(path, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicateValue(path, uid));
      seen.add(uid);
    });
  }
}

/** Completion time and verdict come together and in order. */
function validateVerdictTimes(change: StatusChange, errors: FieldError[]): void {
  const { startTime, completionTime } = change.after;
  const complete = change.is('Complete');
  const path = 'status.completionTime';
  if (change.changes('Complete', 'Failed') && complete && change.is('Failed')) {
    refuseConditions('cannot set Complete=True and Failed=true conditions', errors);
  }
  if (change.changes('Complete', 'FailureTarget') && complete && change.is('FailureTarget')) {
    refuseConditions('cannot set Complete=True and FailureTarget=true conditions', errors);
  }
  if (change.changes('Complete', 'completionTime')) {
    if (completionTime !== undefined && !complete) {
      const problem = 'cannot set completionTime when there is no Complete=True condition';
      errors.push(invalidValue(path, completionTime, problem));
    }
    if (completionTime === undefined && complete) {
      errors.push(requiredValue(path, 'completionTime is required for Complete jobs'));
    }
  }
  if (!change.changes('startTime', 'completionTime') || startTime === undefined || completionTime === undefined) return;
  if (Date.parse(completionTime) < Date.parse(startTime)) {
    errors.push(invalidValue(path, completionTime, 'must be equal to or after `startTime`'));
  }
}

/** A verdict is announced before it is final, and a finished Job has nothing left to do. */
function validateVerdictSupport(change: StatusChange, errors: FieldError[]): void {
  const { after, finished } = change;
  const { spec } = change.next;
  if (change.changes('Failed', 'failedIndexes') && change.is('Failed') && !change.is('FailureTarget')) {
    refuseConditions('cannot set Failed=True condition without the FailureTarget=true condition', errors);
  }
  if (change.changes('Complete', 'SuccessCriteriaMet') && change.is('Complete') && !change.is('SuccessCriteriaMet')) {
    refuseConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition', errors);
  }
  if (!finished) return;
  const finishing = change.finishedChanges;
  if ((finishing || change.changes('active')) && (after.active ?? 0) > 0) {
    errors.push(invalidValue('status.active', after.active, 'active>0 is invalid for finished job'));
  }
  const neverRan = spec.suspend === true && spec.completions === 0;
  if ((finishing || change.changes('startTime')) && after.startTime === undefined && !neverRan) {
    errors.push(requiredValue('status.startTime', 'startTime is required for finished job'));
  }
  const { succeeded = [], failed = [] } = after.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length === 0) return;
  if (finishing || change.changes('uncountedTerminatedPods')) {
    const printed = new PrintedValue(printInternal(uncountedTerminatedPods, after.uncountedTerminatedPods!));
    errors.push(invalidValue('status.uncountedTerminatedPods', printed, 'must be empty for finished job'));
  }
}

function validateIndexTexts(change: StatusChange, errors: FieldError[]): void {
  const { completedIndexes: completed = '', failedIndexes: failed } = change.after;
  const { completions, backoffLimitPerIndex, completionMode } = change.next.spec;
  const completedPath = 'status.completedIndexes';
  const failedPath = 'status.failedIndexes';
  const [completedChanges, failedChanges] = [change.changes('completedIndexes'), change.changes('failedIndexes')];
  if (completions !== undefined && completedChanges) {
    validateIndexText(completed, 'completedIndexes', completions, errors);
  }
  if (completions !== undefined && backoffLimitPerIndex !== undefined && failed !== undefined && failedChanges) {
    validateIndexText(failed, 'failedIndexes', completions, errors);
  }
  if (completedChanges && completed !== '' && completionMode !== 'Indexed') {
    const problem = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalidValue(completedPath, completed, problem));
  }
  if (failedChanges && backoffLimitPerIndex === undefined && failed !== undefined) {
    const problem = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalidValue(failedPath, failed, problem));
  }
  if ((!completedChanges && !failedChanges) || completions === undefined || failed === undefined) return;
  const common = firstCommonIndex(completed, failed, completions);
  if (common !== undefined) {
    const problem = `failedIndexes and completedIndexes overlap at index: ${common}`;
    errors.push(invalidValue(failedPath, failed, problem));
  }
}

function validateIndexText(
  text: string,
  field: 'completedIndexes' | 'failedIndexes',
  completions: number,
  errors: FieldError[],
): void {
  const read = readIndexes(text, completions);
  if (typeof read === 'number') return;
  errors.push(invalidValue(`status.${field}`, text, `error parsing ${field}: ${read.problem}`));
}

function validateActivity(change: StatusChange, errors: FieldError[]): void {
  const { terminating = 0, ready, active = 0 } = change.after;
  if ((change.finishedChanges || change.changes('terminating')) && terminating > 0 && change.finished) {
    errors.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  if (change.changes('ready', 'active') && ready !== undefined && ready > active) {
    errors.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'));
  }
}

/** These hold whatever changed. */
function validateVerdictsTogether(change: StatusChange, errors: FieldError[]): void {
  const met = change.is('SuccessCriteriaMet');
  if (met && change.is('Failed')) {
    refuseConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions', errors);
  }
  if (met && change.is('FailureTarget')) {
    refuseConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions', errors);
  }
  if (change.next.spec.successPolicy !== undefined && !met && change.is('Complete')) {
    const problem = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    refuseConditions(problem, errors);
  }
}

/** A verdict is not taken back, counters do not fall, times stay. */
function validateTransition(change: StatusChange, errors: FieldError[]): void {
  const { before, after } = change;
  const { completions, parallelism, completionMode, suspend } = change.next.spec;
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const) {
    if (change.was(type) && !change.is(type)) {
      refuseConditions(`cannot disable the terminal ${type}=True condition`, errors);
    }
  }
  checkNotFalling('failed', change, errors);
  // An indexed Job may be scaled down, and with it what counts as succeeded.
  if (completionMode !== 'Indexed' || completions !== parallelism) checkNotFalling('succeeded', change, errors);
  const { startTime, completionTime } = after;
  const bothTimes = completionTime !== undefined && before.completionTime !== undefined;
  if (bothTimes && change.changes('completionTime')) {
    errors.push(invalidValue('status.completionTime', completionTime, 'field is immutable'));
  }
  const resuming = change.was('Suspended') && conditionIs(after, 'Suspended', 'False');
  if (change.changes('startTime') && before.startTime !== undefined && suspend !== true && !resuming) {
    errors.push(invalidValue('status.startTime', startTime, 'field is immutable for unsuspended job once set'));
  }
  if (change.was('SuccessCriteriaMet') && !change.is('SuccessCriteriaMet')) {
    refuseConditions('cannot disable the SuccessCriteriaMet=True condition', errors);
  }
  if (change.was('Complete') && !change.was('SuccessCriteriaMet') && change.is('SuccessCriteriaMet')) {
    const problem = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    refuseConditions(problem, errors);
  }
}

function checkNotFalling(field: 'succeeded' | 'failed', { before, after }: StatusChange, errors: FieldError[]): void {
  const now = after[field] ?? 0;
  if (now >= (before[field] ?? 0)) return;
  errors.push(invalidValue(`status.${field}`, now, `cannot decrease the ${field} counter`));
}
