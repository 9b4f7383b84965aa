/**
 * What the job controller remembers of a Job beside its status: enough that a controller that has just started decides
 * exactly as one that has been there all along. Stored in the same write as the status, never served.
 */
export interface JobRecord {
  /** The next slot for a pod's name: names are a function of (Job UID, slot), so creating one twice finds it there. */
  readonly nextSlot: number;
  /** Failures since the latest success, for the back-off of the whole Job. */
  readonly consecutiveFailures: number;
  /** When the latest of those that were seen last finished, in ms since 1970. */
  readonly lastFailureAt?: number;
  /** `status.startTime` with its milliseconds, so that a deadline measured from it is never early. */
  readonly startedAt?: number;
  /** UIDs of pods whose failure was ignored and is in the back-off already, but whose finalizer may still be there. */
  readonly ignoredFailures?: readonly string[];
  /** Of failed pods that none has followed yet, where the template asks for their number (`finite.dev/spot-attempts`). */
  readonly interruptions?: Interruptions;
  /** Pods announced before they are made, where several managers may decide at the same time. */
  readonly creating?: readonly PodReservation[];
}

/** Pods that are made together: the n-th slot is the n-th index's. Both as index sets (`3-5,9`). */
export interface PodReservation {
  readonly slots: string;
  /** Only of Indexed Jobs. */
  readonly indexes?: string;
  /** What the first of them start with, the highest first. */
  readonly interruptions?: Interruptions;
}

/** By how often pods were interrupted (`"1"`, `"2"` …), how many of them were. */
export type Interruptions = Readonly<Record<string, number>>;

export const emptyRecord: JobRecord = { nextSlot: 0, consecutiveFailures: 0 };
