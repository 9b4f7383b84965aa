/**
 * Reads a schedule that has been validated: cron's fields, or a macro such as `@daily`. Throws for anything else, or
 * where the zone is unknown.
 */
export type ParseSchedule = (schedule: string, options: ScheduleOptions) => Schedule;

export interface ScheduleOptions {
  /** Name of an IANA zone; UTC without one. */
  readonly timeZone?: string | null;
  /** Where `@every` counts from, in ms since 1970. */
  readonly anchorMs?: number;
}

/** The times at which a schedule fires, in ms since 1970. */
export interface Schedule {
  /** The first time after the given one; undefined where there is none. */
  next(afterMs: number): number | undefined;
}
