/** A stretch of time in which a zone's clocks are the same distance from UTC. */
export interface ZonePeriod {
  /** The first moment (ms since 1970). */
  readonly from: number;
  /** The first moment after it. */
  readonly until: number;
  /** What local time is ahead of UTC. */
  readonly offsetMs: number;
}

export interface TimeZone {
  /** The period that contains a moment. Periods are also cut at the turn of each year (UTC). */
  periodAt(ms: number): ZonePeriod;
}

const forever: ZonePeriod = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, offsetMs: 0 };
const utc: TimeZone = { periodAt: () => forever };

const SECOND_MS = 1000;
/** Shorter than any time a zone has kept its offset; a smaller step costs more questions in a year not yet known. */
const PROBE_MS = 7 * 24 * 3600 * SECOND_MS;

const zones = new Map<string, TimeZone>([
  ['', utc],
  ['UTC', utc],
]);

/** The zone of an IANA name, UTC without one; undefined: there is no such zone. Zones are kept once asked for. */
export function timeZoneOf(name = ''): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  try {
    const zone = new NamedTimeZone(name);
    zones.set(name, zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Knows the changes of a zone's clocks, found year by year when first needed: asking `Intl` is slow. */
class NamedTimeZone implements TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, readonly ZonePeriod[]>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  periodAt(ms: number): ZonePeriod {
    const year = new Date(ms).getUTCFullYear();
    let periods = this.#years.get(year);
    if (!periods) {
      periods = this.#find(Date.UTC(year), Date.UTC(year + 1));
      this.#years.set(year, periods);
    }
    return periods.find(({ until }) => ms < until)!;
  }

  #find(from: number, until: number): ZonePeriod[] {
    const periods: ZonePeriod[] = [];
    let start = from;
    let offsetMs = this.#offsetAt(from);
    for (let probe = from; probe < until; probe = Math.min(probe + PROBE_MS, until)) {
      const next = Math.min(probe + PROBE_MS, until - SECOND_MS);
      const nextOffset = this.#offsetAt(next);
      if (nextOffset === offsetMs) continue;
      const change = this.#changeBetween(probe, next, offsetMs);
      periods.push({ from: start, until: change, offsetMs });
      start = change;
      offsetMs = nextOffset;
    }
    periods.push({ from: start, until, offsetMs });
    return periods;
  }

  /** The first second after `low` whose offset is another one. */
  #changeBetween(low: number, high: number, offsetMs: number): number {
    let before = low / SECOND_MS;
    let after = high / SECOND_MS;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#offsetAt(middle * SECOND_MS) === offsetMs) before = middle;
      else after = middle;
    }
    return after * SECOND_MS;
  }

  /** Read from a text such as `3/8/2026, GMT-05:00`. */
  #offsetAt(ms: number): number {
    const [, sign, hours, minutes, seconds = '0'] =
      /GMT([+\u002d\u2212])(\d\d):(\d\d)(?::(\d\d))?$/.exec(this.#format.format(ms)) ?? [];
    if (sign === undefined) return 0;
    const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return (sign === '+' ? total : -total) * SECOND_MS;
  }
}
