import { factorNow, type BudgetState, type LaunchQuotas } from './budget-state.js';
import type { CapacityProvider, LaunchRefusal, LaunchWait } from './launch-budget.js';

/** What a pod that waits is told. Its Job's pods before it each wait for a turn of every Job that waits. */
export function waitFor(
  state: BudgetState,
  provider: CapacityProvider,
  quotas: LaunchQuotas,
  nowMs: number,
  tag: number,
  refusal?: LaunchRefusal,
): LaunchWait {
  const own = state.providers[provider];
  const rate = Math.min(quotas.launches[provider].perSecond * factorNow(own, nowMs), quotas.runTask.perSecond);
  const turns = Math.max(0, tag - own.virtualTime) * Math.max(1, own.jobs) + 1;
  const expectedStartMs = Math.ceil(Math.max(nowMs, own.pausedUntilMs) + (turns / rate) * 1000);
  const cause = causeOf(own.pausedUntilMs > nowMs ? 'no-capacity' : refusal?.cause);
  const words = refusal?.message ?? own.refusal;
  const because = {
    LaunchRateReached: `launches on ${provider} are limited to ${rate.toFixed(1)} a second`,
    LaunchThrottled: `AWS throttles launches on ${provider}: ${words}`,
    CapacityUnavailable: `AWS has no room on ${provider}: ${words}`,
  }[cause];
  const message = `waiting to be launched: ${because}; expected start ${new Date(expectedStartMs).toISOString()}`;
  return { reason: cause, message, expectedStartMs };
}

function causeOf(cause: LaunchRefusal['cause'] | undefined): LaunchWait['reason'] {
  if (cause === 'no-capacity') return 'CapacityUnavailable';
  return cause === 'throttled' ? 'LaunchThrottled' : 'LaunchRateReached';
}
