import type { ContainerStateWaiting } from '../../apis/core/v1/pod/status.js';
import { backOffMs } from './back-off.js';
import type { KnownContainer } from './containers.js';
import type { ContainerRecord } from './record.js';

/** Reasons of waiting that are no failures: the runtime is at it. */
const UNDER_WAY = new Set(['ContainerCreating', 'PodInitializing', 'ImagePullBackOff']);
/** How long the failure itself is shown before the back-off takes its place, so that a watch can see it. */
const SHOW_FAILURE_MS = 2000;

/** What to do about a container, as one of its rules sees it. */
export interface ContainerStep {
  /** Start it now, as this attempt. */
  readonly startAttempt?: number;
  /** Shown in place of its state. */
  readonly waiting?: ContainerStateWaiting;
  readonly record?: ContainerRecord;
  readonly requeueAt?: number;
}

/** A start that failed (image pull, missing program …) is tried again with back-off, under the same attempt. */
export function failedStart(
  known: KnownContainer,
  record: ContainerRecord,
  starting: boolean,
  now: number,
): ContainerStep {
  const { state, attempt } = known;
  if (state.type !== 'waiting' || UNDER_WAY.has(state.reason) || starting) return { record };
  if (record.retryAt === undefined) {
    const failedStarts = (record.failedStarts ?? 0) + 1;
    const retryAt = now + backOffMs(failedStarts);
    return { record: { ...record, failedStarts, retryAt }, requeueAt: now + SHOW_FAILURE_MS };
  }
  if (now >= record.retryAt) {
    const { retryAt: _, ...trying } = record;
    return { startAttempt: attempt, record: trying };
  }
  const failedAt = record.retryAt - backOffMs(record.failedStarts ?? 1);
  if (now < failedAt + SHOW_FAILURE_MS) return { record, requeueAt: failedAt + SHOW_FAILURE_MS };
  return { record, waiting: backingOff(known), requeueAt: record.retryAt };
}

function backingOff({ spec, state }: KnownContainer): ContainerStateWaiting | undefined {
  if (state.type !== 'waiting' || state.reason !== 'ErrImagePull') return undefined;
  const cause = state.message === undefined ? '' : `: ${state.message}`;
  return { message: `Back-off pulling image "${spec.image}"${cause}`, reason: 'ImagePullBackOff' };
}
