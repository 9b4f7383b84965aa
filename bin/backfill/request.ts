import { UsageError } from '../local/usage-error.js';
import { timeZoneOf } from '../../lib/controllers/cronjob/time-zone.js';

/** The CronJob's name of `cronjob/x`, `cronjobs/x`, `cj/x` or `cronjob.batch/x`. Throws for anything else. */
export function cronJobName(argument: string): string {
  const name = /^(?:cronjobs?|cj|cronjobs?\.batch)\/([^/]+)$/.exec(argument)?.[1];
  if (name === undefined) throw new UsageError(`expected cronjob/NAME, not ${argument}`);
  return name;
}

const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Ms since 1970 of an RFC 3339 time; a date, or a time without an offset, is in the given zone. Throws. */
export function readTime(text: string, timeZone: string | undefined): number {
  const match = form.exec(text);
  const ms =
    match === null ? Number.NaN : Date.parse(match[1] ? text : `${text.includes('T') ? text : `${text}T00:00`}Z`);
  if (match === null || Number.isNaN(ms)) throw new UsageError(`expected a date or an RFC 3339 time, not ${text}`);
  if (match[1]) return ms;
  const offsetAt = (at: number): number => timeZoneOf(timeZone)?.periodAt(at).offsetMs ?? 0;
  // The offset is that of the time meant, not of the same reading of UTC.
  return ms - offsetAt(ms - offsetAt(ms));
}
