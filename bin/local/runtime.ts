import type { Clock } from '../../lib/ports/clock.js';
import type { PodLogs } from '../../lib/ports/pod-logs.js';
import type { PodRuntime } from '../../lib/ports/pod-runtime.js';
import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { NoneRuntime } from '../../lib/adapters/memory/none-runtime.js';
import type { RuntimeChoice } from './runtime-choice.js';

/** A pod runtime that has been opened, and what its user has to know of it. */
export interface OpenRuntime {
  readonly runtime: PodRuntime;
  readonly logs: PodLogs | undefined;
  readonly notes: readonly string[];
}

/** `folder` keeps what pods leave behind. Throws when `container` is asked for and no engine answers. */
export async function openRuntime(choice: RuntimeChoice, folder: string, clock: Clock): Promise<OpenRuntime> {
  if (choice === 'none') return { runtime: new NoneRuntime(), logs: undefined, notes: [] };
  if (choice === 'instant') {
    return { runtime: new InstantRuntime(clock), logs: undefined, notes: ['Pods are pretended: nothing runs.'] };
  }
  const { pickRuntime } = await import('../../lib/adapters/local/pick-runtime.js');
  return pickRuntime(choice, { folder, clock });
}
