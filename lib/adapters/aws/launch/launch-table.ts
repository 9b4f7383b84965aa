import type { BudgetState } from './budget-state.js';
import type { CapacityProvider } from './launch-budget.js';
import type { WaitingPods } from './waiting-pods.js';

/** What the launch budget keeps, durably and shared by all functions. Reads see every write that has resolved. */
export interface LaunchTable {
  budget(): Promise<BudgetState>;

  /** Replaces what was read at the version below; false: somebody else was first, and nothing is written. */
  replaceBudget(state: BudgetState): Promise<boolean>;

  /**
   * Takes `count` tags for a Job, from `virtualTime` or the Job's own last one on, whichever is larger; resolves with
   * the first. Tags of a Job are never given out twice within a day.
   */
  takeTags(provider: CapacityProvider, job: string, virtualTime: number, count: number): Promise<number>;

  /** The tag that the Job's next pod would have if nothing else was served; 0: none of its pods has waited lately. */
  nextTag(provider: CapacityProvider, job: string): Promise<number>;

  put(waiting: WaitingPods): Promise<void>;

  /** The first of the fair order. */
  head(provider: CapacityProvider, limit: number): Promise<readonly WaitingPods[]>;

  /** Twice is no error. */
  delete(waiting: Pick<WaitingPods, 'provider' | 'key'>): Promise<void>;
}
