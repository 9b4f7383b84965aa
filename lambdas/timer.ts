import { wakeUps } from './wiring/wake-ups.js';
import { wake } from './wiring/wakes.js';

/** Called by Step Functions when a wait is over: the stream brings the key to the function that looks at it. */
export async function handler(event: unknown): Promise<void> {
  const fired = await wakeUps.fired(event);
  if (fired) await wake([fired]);
}
