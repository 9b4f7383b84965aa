import { backfilledAnnotation } from '../../lib/apis/batch/v1/cronjob/backfill.js';
import { formatTime, parseTime } from '../../lib/apis/meta/v1/time.js';

/**
 * Ticks that follow each other and have been backfilled, from the first to the last (RFC 3339); `job` is the UID of the
 * last one's Job. The annotation holds a list of these as JSON.
 */
export interface DoneTicks {
  readonly from: string;
  readonly to: string;
  readonly job: string;
}

export function readDoneTicks(annotations: Readonly<Record<string, string>> | undefined): readonly DoneTicks[] {
  const text = annotations?.[backfilledAnnotation];
  if (text === undefined) return [];
  try {
    return JSON.parse(text) as DoneTicks[];
  } catch (cause) {
    throw new Error(`the annotation ${backfilledAnnotation} of the CronJob is not what a backfill wrote`, { cause });
  }
}

export function doneWith(done: readonly DoneTicks[], tick: number): DoneTicks | undefined {
  return done.find(({ from, to }) => parseTime(from) <= tick && tick <= parseTime(to));
}

/** With one more tick, whose predecessor in the schedule is `previous` (ms since 1970, as `tick`). */
export function withTick(
  done: readonly DoneTicks[],
  tick: number,
  previous: number | undefined,
  job: string,
): readonly DoneTicks[] {
  const to = formatTime(tick);
  const before = done.find((ticks) => parseTime(ticks.to) === previous);
  if (before === undefined) return [...done, { from: to, to, job }];
  return done.map((ticks) => (ticks === before ? { from: ticks.from, to, job } : ticks));
}
