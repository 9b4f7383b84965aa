import { timeZoneOf } from './time-zone.js';

/**
 * Whether the clocks of a zone show what they show at a moment (ms since 1970) at another moment too, because they are
 * put back. False for an unknown zone.
 */
export function isRepeatedTime(timeZone: string | null | undefined, ms: number): boolean {
  const zone = timeZoneOf(timeZone ?? undefined);
  if (!zone) return false;
  const { from, until, offsetMs } = zone.periodAt(ms);
  const before = zone.periodAt(from - 1).offsetMs;
  const after = zone.periodAt(until).offsetMs;
  return ms + offsetMs - before < from || ms + offsetMs - after >= until;
}
