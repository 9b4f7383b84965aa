import type { Pod } from '../../apis/core/v1/pod/types.js';
import { readCount } from './pods.js';

/** On the template: after so many interruptions an index runs on demand. */
const SPOT_ATTEMPTS = 'finite.dev/spot-attempts';
/** On a pod: how often those before it, for the same index, were interrupted. */
const SPOT_INTERRUPTIONS = 'finite.dev/spot-interruptions';

/** The interruptions that the pod starts with which replaces `failedPod`; none where nobody asks for their number. */
export function spotInterruptions(failedPod: Pod | undefined): Readonly<Record<string, string>> {
  const annotations = failedPod?.metadata.annotations;
  if (failedPod === undefined || annotations?.[SPOT_ATTEMPTS] === undefined) return {};
  const before = readCount(annotations[SPOT_INTERRUPTIONS] ?? '') ?? 0;
  const { conditions = [] } = failedPod.status;
  const isDisrupted = conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const count = before + (isDisrupted ? 1 : 0);
  return count > 0 ? { [SPOT_INTERRUPTIONS]: String(count) } : {};
}
