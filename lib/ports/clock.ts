/** The one clock of a process. */
export interface Clock {
  /** Milliseconds since 1970. May step backwards when the machine's clock is set. */
  now(): number;
  /** Calls back once, never early by this clock. Returns what cancels it. */
  at(timeMs: number, callback: () => void): () => void;
}
