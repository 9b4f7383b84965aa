import {
  forbiddenValue,
  invalidValue,
  PrintedValue,
  requiredValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { deepEqual } from '../../../../meta/v1/deep-equal.js';
import { goJsonOfMap } from '../../../../meta/v1/go-text.js';
import { inclusiveRange } from '../../../../meta/v1/validation/names.js';
import { semanticallyEqual } from '../../../../meta/v1/validation/rules.js';
import type { Container } from '../containers.js';
import { nodeSelectorTerm, type NodeAffinity, type NodeSelectorTerm } from '../scheduling.js';
import { podSpec, type PodSpec } from '../types.js';
import { printInternal } from '../../../../internal-form.js';
import { internalDifference } from '../../../../internal-difference.js';
import { validateImageBlanks } from './containers.js';
import type { PodOptions } from './options.js';
import { int32Max } from './pod-spec.js';
import { validateAddedTolerations } from './tolerations.js';

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];
const required = 'requiredDuringSchedulingIgnoredDuringExecution';

/** What a running pod's spec may become: images, deadlines and gates change, hardly anything else. */
export function validatePodSpecUpdate(
  next: PodSpec,
  previous: PodSpec,
  errors: FieldError[],
  options: PodOptions,
): void {
  for (const list of ['containers', 'initContainers'] as const) {
    if (!sameContainerCount(next[list] ?? [], previous[list] ?? [], `spec.${list}`, errors)) return;
  }
  if (!validateDeadlineChange(next, previous, 'spec.activeDeadlineSeconds', errors)) return;
  validateAddedTolerations(next.tolerations ?? [], previous.tolerations ?? [], 'spec.tolerations', errors, options);
  refuseNewGates(next, previous, errors);
  if (semanticallyEqual(next, previous)) return;
  let kept = withPreviousValues(next, previous);
  if ((previous.schedulingGates ?? []).length > 0) kept = allowGatedChanges(kept, previous, errors);
  if (semanticallyEqual(kept, previous)) return;
  const difference = internalDifference(podSpec, previous, kept);
  const problem = `pod updates may not change fields other than ${changeable.join(',')}\n${difference}`;
  errors.push(forbiddenValue('spec', problem));
}

function sameContainerCount(
  next: readonly Container[],
  previous: readonly Container[],
  path: string,
  errors: FieldError[],
): boolean {
  if (next.length !== previous.length) {
    errors.push(forbiddenValue(path, 'pod updates may not add or remove containers'));
    return false;
  }
  next.forEach((container, i) => {
    if (!container.image) errors.push(requiredValue(`${path}[${i}].image`));
    validateImageBlanks(container, `${path}[${i}]`, errors);
  });
  return true;
}

/** A deadline may be set once and then only come nearer. False: nothing else is worth checking. */
function validateDeadlineChange(next: PodSpec, previous: PodSpec, path: string, errors: FieldError[]): boolean {
  const [now, before] = [next.activeDeadlineSeconds, previous.activeDeadlineSeconds];
  if (now === undefined) {
    if (before !== undefined) {
      const problem = 'must not update from a positive integer to nil value';
      errors.push(invalidValue(path, undefined, problem));
    }
    return true;
  }
  if (now < 0 || now > int32Max) {
    errors.push(invalidValue(path, now, inclusiveRange(0, int32Max)));
    return false;
  }
  if (before === undefined || now <= before) return true;
  errors.push(invalidValue(path, now, 'must be less than or equal to previous value'));
  return false;
}

function refuseNewGates(next: PodSpec, previous: PodSpec, errors: FieldError[]): void {
  const known = new Set((previous.schedulingGates ?? []).map(({ name }) => name));
  const added = new Map((next.schedulingGates ?? []).map(({ name }, i) => [name, i]));
  for (const [name, i] of added) {
    if (known.has(name)) continue;
    const problem = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenValue(`spec.schedulingGates[${i}].name`, problem));
  }
}

/** The new spec with all that may change set back: what then still differs may not. */
function withPreviousValues(next: PodSpec, previous: PodSpec): PodSpec {
  const images = (list: 'containers' | 'initContainers') =>
    next[list]?.map((container, i) => ({ ...container, image: previous[list]?.[i]?.image }));
  const graceBefore = previous.terminationGracePeriodSeconds;
  const mendsGrace = graceBefore !== undefined && graceBefore < 0 && next.terminationGracePeriodSeconds === 1;
  return {
    ...next,
    containers: images('containers') ?? [],
    initContainers: images('initContainers'),
    activeDeadlineSeconds: previous.activeDeadlineSeconds,
    schedulingGates: previous.schedulingGates,
    tolerations: previous.tolerations,
    ...(mendsGrace ? { terminationGracePeriodSeconds: graceBefore } : {}),
  };
}

/** As long as a pod is held back by gates, its choice of nodes may be narrowed. */
function allowGatedChanges(next: PodSpec, previous: PodSpec, errors: FieldError[]): PodSpec {
  const { nodeSelector = {} } = next;
  const before = Object.entries(previous.nodeSelector ?? {});
  if (before.some(([key, value]) => nodeSelector[key] !== value)) {
    const printed = new PrintedValue(goJsonOfMap(nodeSelector));
    const problem = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalidValue('spec.nodeSelector', printed, problem));
  }
  const kept = { ...next, nodeSelector: previous.nodeSelector };
  const nodeAffinity = previous.affinity?.nodeAffinity;
  if (deepEqual(next.affinity?.nodeAffinity, nodeAffinity)) return kept;
  validateNodeAffinityChange(next.affinity?.nodeAffinity, nodeAffinity, 'spec.affinity.nodeAffinity', errors);
  const affinity = { ...next.affinity, nodeAffinity };
  const nothingElse = affinity.podAffinity === undefined && affinity.podAntiAffinity === undefined;
  return { ...kept, affinity: previous.affinity === undefined && nothingElse ? undefined : affinity };
}

function validateNodeAffinityChange(
  next: NodeAffinity | undefined,
  previous: NodeAffinity | undefined,
  path: string,
  errors: FieldError[],
): void {
  const before = previous?.[required]?.nodeSelectorTerms ?? [];
  const after = next?.[required]?.nodeSelectorTerms ?? [];
  const at = `${path}.${required}.nodeSelectorTerms`;
  const printed = (term: NodeSelectorTerm) => printInternal(nodeSelectorTerm, term);
  if (before.length > 0 && before.length !== after.length) {
    const all = new PrintedValue(after.length === 0 ? 'null' : `[${after.map(printed).join(',')}]`);
    errors.push(invalidValue(at, all, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'));
    return;
  }
  before.forEach((term, i) => {
    const changed = after[i] ?? {};
    if (onlyAdds(changed, term)) return;
    const problem = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalidValue(`${at}[${i}]`, new PrintedValue(printed(changed)), problem));
  });
}

function onlyAdds(next: NodeSelectorTerm, previous: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const count = (term: NodeSelectorTerm) => lists.reduce((sum, list) => sum + (term[list] ?? []).length, 0);
  // A term without requirements matches nothing; with some it would match more.
  if (count(previous) === 0) return count(next) === 0;
  return lists.every((list) => {
    const before = previous[list] ?? [];
    return deepEqual((next[list] ?? []).slice(0, before.length), before);
  });
}
