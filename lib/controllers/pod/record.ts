/** What the pod controller remembers of a pod beside its status. Stored in the same write as the status, never served. */
export interface PodRecord {
  readonly containers: { readonly [name: string]: ContainerRecord };
  /** Of a pod that waits for its place: the time its condition tells, in ms since 1970. */
  readonly heldUntil?: number;
}

export interface ContainerRecord {
  /** Restarts in quick succession, for the restart back-off. */
  readonly restarts?: number;
  /** Starts of the current attempt that failed in a row, for the image pull back-off. */
  readonly failedStarts?: number;
  /** When a failed start is tried again, in ms since 1970. Left out: it is being tried. */
  readonly retryAt?: number;
}
