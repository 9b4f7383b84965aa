import { readSweepProgress, writeSweepProgress } from '../../lib/adapters/aws/sweep-progress.js';
import { TerminatedPods } from '../../lib/manager/stream/terminated-pods.js';
import { sweep, type SweepCursor, type SweepDepth } from '../../lib/manager/stream/sweep.js';
import { clock, dynamoDb, store, table } from './base.js';
import { wake } from './wakes.js';

/** Smaller: what only a full sweep finds is found sooner. Larger: fewer reads of a table of finished Jobs. */
const EVERYTHING_EVERY_MS = 24 * 60 * 60_000;

/**
 * Has all looked at that has something left to do by itself and, when it is time or `asked`, all there is; what is not
 * seen by `untilMs` the next sweep goes on with. Resolves with whether everything that was to be seen has been.
 */
export async function sweepOn(untilMs: number, asked: boolean): Promise<boolean> {
  const before = await readSweepProgress<SweepCursor>(dynamoDb, table);
  const isDue = clock.now() >= (before.endedAtMs ?? 0) + EVERYTHING_EVERY_MS;
  const unfinished = await sweepFrom('unfinished', before.unfinished, untilMs);
  if (!asked && !isDue && before.everything === undefined) {
    if (unfinished || before.unfinished) await writeSweepProgress(dynamoDb, table, { ...before, unfinished });
    return true;
  }
  const everything = await sweepFrom('everything', before.everything, untilMs);
  const endedAtMs = everything ? before.endedAtMs : clock.now();
  await writeSweepProgress(dynamoDb, table, { unfinished, everything, endedAtMs });
  return everything === undefined;
}

/** Resolves with where to go on; undefined at the end. */
async function sweepFrom(
  depth: SweepDepth,
  begin: SweepCursor | undefined,
  untilMs: number,
): Promise<SweepCursor | undefined> {
  const terminatedPods = new TerminatedPods({ store, clock });
  let from = begin;
  do {
    const { wakes, next } = await sweep({ store, clock, depth, untilMs, terminatedPods, ...(from && { from }) });
    await wake(wakes);
    from = next;
  } while (from && clock.now() < untilMs);
  return from;
}
