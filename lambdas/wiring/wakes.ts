import { writeWake } from '../../lib/adapters/aws/dynamodb-store/wakes.js';
import type { WakeKey } from '../../lib/ports/wake-ups.js';
import { clock, dynamoDb, table } from './base.js';

const AT_ONCE = 25;

/** Has the stream bring keys to the functions that look at them. */
export async function wake(keys: readonly WakeKey[]): Promise<void> {
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    const some = keys.slice(first, first + AT_ONCE);
    await Promise.all(some.map((key) => writeWake(dynamoDb, table, key, clock.now())));
  }
}
