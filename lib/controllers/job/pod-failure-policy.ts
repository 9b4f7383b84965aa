import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '../../apis/batch/v1/job/types.js';
import type { ContainerStatus, PodCondition } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { failure, type Verdict } from './conditions.js';
import { isFailed } from './pod-replacement-policy.js';
import type { Sync } from './sync.js';

export type FailureHandling =
  | { readonly action: 'Count' | 'Ignore' | 'FailIndex' }
  | { readonly action: 'FailJob'; readonly message: string };

const COUNT: FailureHandling = { action: 'Count' };

/** What the first rule that matches a failed pod says; without one the failure counts. */
export function handlingOf(pod: Pod, { podFailurePolicy }: JobSpec): FailureHandling {
  for (const [position, rule] of (podFailurePolicy?.rules ?? []).entries()) {
    const match = matchOf(pod, rule);
    if (match === undefined) continue;
    if (rule.action !== 'FailJob') return { action: rule.action };
    return { action: 'FailJob', message: `${match} matching FailJob rule at index ${position}` };
  }
  return COUNT;
}

/**
 * `FailJob`: the Job fails at the first failed pod that a rule says so of. As in Kubernetes also at one that is not
 * counted, because suspension or a smaller parallelism took it out of the Job, and that failed while it ended.
 */
export function podFailurePolicy({ job, spec, pods }: Sync): Verdict | undefined {
  if (spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    if (!isFailed(pod, job)) continue;
    const handling = handlingOf(pod, spec);
    if (handling.action === 'FailJob') return failure('PodFailurePolicy', handling.message);
  }
  return undefined;
}

/** The beginning of the message that says how the rule matches; undefined where it does not. */
function matchOf(pod: Pod, rule: PodFailurePolicyRule): string | undefined {
  const { namespace, name } = pod.metadata;
  if (rule.onExitCodes !== undefined) {
    const status = containerWithExitCode(pod, rule.onExitCodes);
    const exitCode = status?.state?.terminated?.exitCode;
    return status && `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${exitCode}`;
  }
  const condition = matchingCondition(pod, rule);
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function containerWithExitCode(
  pod: Pod,
  requirement: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  const matches = ({ name, state }: ContainerStatus) =>
    (requirement.containerName === undefined || requirement.containerName === name) &&
    matchesExitCode(state?.terminated?.exitCode, requirement);
  return pod.status.containerStatuses?.find(matches) ?? pod.status.initContainerStatuses?.find(matches);
}

function matchesExitCode(
  exitCode: number | undefined,
  { operator, values }: PodFailurePolicyOnExitCodesRequirement,
): boolean {
  // A container that has not ended has no code yet, and one that ended well matches nothing, not even NotIn.
  if (exitCode === undefined || exitCode === 0) return false;
  return (values ?? []).includes(exitCode) === (operator === 'In');
}

function matchingCondition(pod: Pod, { onPodConditions = [] }: PodFailurePolicyRule): PodCondition | undefined {
  return pod.status.conditions?.find((condition) =>
    onPodConditions.some(
      // Kubernetes' default for the pattern's status is True.
      ({ type, status = 'True' }) => condition.type === type && condition.status === status,
    ),
  );
}
