import type { ContainerStateWaiting } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KnownContainer } from './containers.js';
import { failedStart, type ContainerStep } from './failed-start.js';
import { dueContainers } from './init-containers.js';
import type { ContainerRecord } from './record.js';
import { restartWithBackOff } from './restart-back-off.js';
import { initContainerRestarts, restarts } from './restart-policy.js';

/** Missing inputs are looked for again after this time. */
const INPUTS_RETRY_MS = 5000;

/** What holds up a container's start: ConfigMaps or Secrets that are not there, a volume that cannot be filled. */
export interface StartProblem {
  readonly reason: string;
  readonly message: string;
}

export interface StepContext {
  readonly pod: Pod;
  /** Containers whose start has been asked for and not been answered yet. */
  readonly starting: ReadonlySet<string>;
  readonly problems: ReadonlyMap<string, StartProblem>;
  readonly now: number;
}

/** What to do about each container of a pod that goes on. Containers not listed wait for their turn. */
export function containerSteps(
  containers: readonly KnownContainer[],
  records: { readonly [name: string]: ContainerRecord },
  context: StepContext,
): ReadonlyMap<string, ContainerStep> {
  const due = dueContainers(containers);
  return new Map(due.map((known) => [known.spec.name, step(known, records[known.spec.name] ?? {}, context)]));
}

function step(known: KnownContainer, record: ContainerRecord, context: StepContext): ContainerStep {
  const { name } = known.spec;
  const next = withoutProblem(known, record, context);
  const problem = context.problems.get(name);
  if (next.startAttempt === undefined) return next;
  if (context.starting.has(name)) return { record };
  if (!problem) return next;
  const waiting: ContainerStateWaiting = { message: problem.message, reason: problem.reason };
  return { waiting, record, requeueAt: context.now + INPUTS_RETRY_MS };
}

function withoutProblem(known: KnownContainer, record: ContainerRecord, context: StepContext): ContainerStep {
  const { pod, starting, now } = context;
  const { state, spec, role } = known;
  switch (state.type) {
    case 'none':
      return { startAttempt: 0, record };
    case 'waiting':
      return failedStart(known, record, starting.has(spec.name), now);
    case 'running':
      return { record: record.restarts === undefined ? {} : { restarts: record.restarts } };
    case 'terminated': {
      const again = role === 'init' ? initContainerRestarts : restarts;
      return again(pod, spec, state.exitCode) ? restartWithBackOff(pod, known, state, record, now) : { record };
    }
  }
}
