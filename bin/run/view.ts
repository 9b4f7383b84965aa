import type { ProgressChange } from './progress.js';

/** Where a run's progress is shown. */
export interface View {
  change(change: ProgressChange): void;
  /** One line of a pod's log; `prefix` names the pod, and the container where there are several. */
  log(prefix: string, line: string): void;
  /** A remark that belongs to no Job. */
  note(text: string): void;
  /** The last picture; nothing is shown after it. */
  finish(): void;
}
