import { ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { executionName } from '../../../lib/adapters/aws/step-functions-wake-ups/execution-name.js';
import type { WakeKey } from '../../../lib/ports/wake-ups.js';

/** By what begins the execution's name, ms since 1970. */
export type WakeUpTimes = ReadonlyMap<string, number>;

export interface WakeUps {
  readonly times: WakeUpTimes;
  /** There are more, started before these. */
  readonly more: boolean;
}

/** Step Functions answers with so many at once; thousands more would not be read by anybody. */
const PAGE_SIZE = 1000;

/** What waits in state machines (ARNs) to be looked at again. */
export async function pendingWakeUps(client: Pick<SFNClient, 'send'>, machines: readonly string[]): Promise<WakeUps> {
  const times = new Map<string, number>();
  let more = false;
  for (const stateMachineArn of machines) {
    const query = { stateMachineArn, statusFilter: 'RUNNING', maxResults: PAGE_SIZE } as const;
    const { executions = [], nextToken } = await client.send(new ListExecutionsCommand(query));
    more ||= nextToken !== undefined;
    for (const { name } of executions) {
      // Anybody's other machines in the stack name theirs otherwise.
      const [, key, seconds] = /^(.+-[0-9a-f]{24})-(\d+(?:\.\d+)?)-\d+$/.exec(name ?? '') ?? [];
      if (key === undefined) continue;
      const at = Number(seconds) * 1000;
      times.set(key, Math.min(at, times.get(key) ?? Infinity));
    }
  }
  return { times, more };
}

/** When a key is looked at again, ms since 1970, where that is known. */
export function wakeUpOf(times: WakeUpTimes, key: WakeKey): number | undefined {
  return times.get(executionName(key, 0, 0).replace(/-0-0$/, ''));
}

/** What a name begins with is made to be read: `job-default-pi`. */
export function readable(name: string): string {
  return name.replace(/-[0-9a-f]{24}$/, '');
}
