export type CapacityProvider = 'FARGATE' | 'FARGATE_SPOT';

export const CAPACITY_PROVIDERS: readonly CapacityProvider[] = ['FARGATE', 'FARGATE_SPOT'];

/**
 * Leave to launch tasks, shared by everything in an account and Region that asks for it, and fair between Jobs.
 *
 * Contract
 * 1. One leave is for one call of RunTask that launches one task. A leave that is not used is lost after a moment.
 * 2. A pod without leave has a durable place in the queue when `ask` resolves. Its turn comes as a wake-up of the pod
 *    controller for its key; that reconcile asks again and gets its leave at once. The turn may come twice or find the
 *    pod gone.
 * 3. Nothing here ever fails a pod: `ask` rejects only when the table cannot be reached.
 */
export interface LaunchBudget {
  ask(request: LaunchRequest): Promise<LaunchLeave>;

  /** RunTask was refused although there was leave: all launches slow down for a while, and the pod is queued again. */
  refused(request: LaunchRequest, refusal: LaunchRefusal): Promise<LaunchWait>;
}

export interface LaunchRequest {
  readonly provider: CapacityProvider;
  /** The pod controller's key, `namespace/name`. */
  readonly pod: string;
  /** What launches are fair by: the UID of the Job, or of a pod of its own. */
  readonly job: string;
  /** Since when the pod is there to be launched, in ms since 1970. */
  readonly sinceMs: number;
  /** The `expectedStartMs` of the last answer, when the pod waits already: it is not queued a second time. */
  readonly waitingUntilMs?: number;
}

export type LaunchLeave = { readonly isGranted: true } | { readonly isGranted: false; readonly wait: LaunchWait };

export interface LaunchWait {
  /** CamelCase, for a condition. */
  readonly reason: 'LaunchRateReached' | 'LaunchThrottled' | 'CapacityUnavailable';
  /** A sentence that names the cause and the expected start. */
  readonly message: string;
  /** Milliseconds since 1970; an estimate. */
  readonly expectedStartMs: number;
}

/** `throttled`: ThrottlingException. `no-capacity`: a reason in `failures`, or a task that ended for want of capacity. */
export interface LaunchRefusal {
  readonly cause: 'throttled' | 'no-capacity';
  /** AWS's own words. */
  readonly message: string;
}
