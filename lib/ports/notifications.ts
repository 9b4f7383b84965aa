/** Tells others what happens to Jobs and CronJobs. docs/notifications.md describes what they get. */
export interface Notifications {
  /**
   * Resolves when all have been taken. Rejects when some could not be told: telling all of them again is harmless, as
   * who listens knows a notification by its id.
   */
  tell(notifications: readonly Notification[]): Promise<void>;
}

export type NotificationType =
  | 'JobCreated'
  | 'JobStarted'
  | 'JobSuspended'
  | 'JobResumed'
  | 'JobComplete'
  | 'JobFailed'
  | 'JobDeleted'
  | 'TickSkipped';

export interface Notification {
  readonly type: NotificationType;
  /** The same for the same happening, however often it is told. */
  readonly id: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  /** The Job, or, of a tick, the CronJob. */
  readonly object: NotifiedObject;
  /** Why, in one CamelCase word: of a condition, or of a skipped tick. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
  /** How far the Job had come. */
  readonly job?: JobProgress;
  /** The CronJob that the Job belongs to. */
  readonly cronJob?: { readonly name: string; readonly uid: string };
  /** The tick that was skipped, or that the Job was made for, RFC 3339. */
  readonly scheduledAt?: string;
}

export interface NotifiedObject {
  readonly kind: 'Job' | 'CronJob';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels?: { readonly [name: string]: string };
}

export interface JobProgress {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly startTime?: string;
  readonly completionTime?: string;
}
