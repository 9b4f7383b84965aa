import { writeWake } from '../../lib/adapters/aws/dynamodb-store/wakes.js';
import { inParallel } from '../../lib/adapters/aws/throttles.js';
import type { WakeKey } from '../../lib/ports/wake-ups.js';
import { clock, dynamoDb, table } from './base.js';

const AT_ONCE = 25;

/** Has the stream bring keys to the functions that look at them. */
export function wake(keys: readonly WakeKey[]): Promise<void> {
  return inParallel(keys, AT_ONCE, (key) => writeWake(dynamoDb, table, key, clock.now()));
}
