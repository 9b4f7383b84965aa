import type { Pod } from '../../apis/core/v1/pod/types.js';
import { backOffMs, formatBackOff } from './back-off.js';
import type { KnownContainer, Terminated } from './containers.js';
import type { ContainerStep } from './failed-start.js';
import type { ContainerRecord } from './record.js';

/** A container that ran so long has recovered: its back-off begins anew. */
const RECOVERED_MS = 600_000;

/** A container that ended is started again at once the first time, then 10 s, 20 s … 300 s after it ended. */
export function restartWithBackOff(
  pod: Pod,
  known: KnownContainer,
  ended: Terminated,
  record: ContainerRecord,
  now: number,
): ContainerStep {
  const ranMs = ended.startedAt === undefined ? 0 : ended.finishedAt - ended.startedAt;
  const restarts = ranMs >= RECOVERED_MS ? 0 : (record.restarts ?? 0);
  const restartAt = ended.finishedAt + backOffMs(restarts);
  if (now >= restartAt) {
    return { startAttempt: known.attempt + 1, record: { restarts: restarts + 1 } };
  }
  const { name, namespace, uid } = pod.metadata;
  const wait = formatBackOff(backOffMs(restarts));
  const message = `back-off ${wait} restarting failed container=${known.spec.name} pod=${name}_${namespace}(${uid})`;
  return { waiting: { message, reason: 'CrashLoopBackOff' }, record, requeueAt: restartAt };
}
