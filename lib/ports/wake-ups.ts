/**
 * Wake-up times that outlive the process: what a manager that ends between two batches still has to look at. At most one
 * is pending for a key, the earliest. A wake-up may come more than once and late, never early.
 */
export interface WakeUps {
  /** Resolves when all are durable. One that is later than the pending one of its key changes nothing. */
  ensure(wakeUps: readonly WakeUp[]): Promise<void>;
}

/** A key of a controller: what a reconcile looks at. */
export interface WakeKey {
  /** The controller's name: `job`, `cronjob`, `pod` … */
  readonly controller: string;
  /** In the controller's own form, mostly `namespace/name`. */
  readonly key: string;
}

export interface WakeUp extends WakeKey {
  /** Milliseconds since 1970. */
  readonly atMs: number;
}
