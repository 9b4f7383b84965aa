import { NEW_BUDGET, type BudgetState } from '../../../lib/adapters/aws/launch/budget-state.js';
import type { CapacityProvider } from '../../../lib/adapters/aws/launch/launch-budget.js';
import type { LaunchTable } from '../../../lib/adapters/aws/launch/launch-table.js';
import type { WaitingPods } from '../../../lib/adapters/aws/launch/waiting-pods.js';

/** The contract in memory, for tests in virtual time; counts the writes that DynamoDB would charge. */
export class MemoryLaunchTable implements LaunchTable {
  #budget = NEW_BUDGET;
  readonly #items = new Map<string, WaitingPods>();
  readonly #tags = new Map<string, number>();
  writes = 0;

  async budget(): Promise<BudgetState> {
    return this.#budget;
  }

  async replaceBudget(state: BudgetState): Promise<boolean> {
    this.writes += 1;
    if (state.version !== this.#budget.version) return false;
    this.#budget = { ...state, version: state.version + 1 };
    return true;
  }

  async takeTags(provider: CapacityProvider, job: string, virtualTime: number, count: number): Promise<number> {
    this.writes += 1;
    const key = `${provider}/${job}`;
    const first = Math.max(virtualTime, this.#tags.get(key) ?? 0);
    this.#tags.set(key, first + count);
    return first;
  }

  async nextTag(provider: CapacityProvider, job: string): Promise<number> {
    return this.#tags.get(`${provider}/${job}`) ?? 0;
  }

  async put(waiting: WaitingPods): Promise<void> {
    this.writes += 1;
    this.#items.set(`${waiting.provider}/${waiting.key}`, waiting);
  }

  async head(provider: CapacityProvider, limit: number): Promise<readonly WaitingPods[]> {
    const own = [...this.#items.values()].filter((item) => item.provider === provider);
    return own.sort((left, right) => (left.key < right.key ? -1 : 1)).slice(0, limit);
  }

  async delete({ provider, key }: Pick<WaitingPods, 'provider' | 'key'>): Promise<void> {
    this.writes += 1;
    this.#items.delete(`${provider}/${key}`);
  }

  /** Pods that wait. */
  get waiting(): number {
    return [...this.#items.values()].reduce((sum, { pods }) => sum + pods.length, 0);
  }
}
