import type { Grants } from './grants.js';
import type { LaunchTable } from './launch-table.js';
import type { WaitingPods } from './waiting-pods.js';

/**
 * Reconciles these keys of the pod controller: each asks the budget again and finds its leave. Resolves when the
 * launches are done. A single pod's trouble is the manager's to retry; a rejection means that none may count as done.
 */
export type LaunchPods = (pods: readonly string[]) => Promise<void>;

/** Some pods of an item. */
export interface Part {
  readonly item: WaitingPods;
  /** Of the first of them. */
  readonly tag: number;
  readonly pods: readonly string[];
}

interface Begun {
  readonly item: WaitingPods;
  taken: number;
  done: number;
}

/** What one slice of a drain has under way. */
export class Slice {
  /** Tokens that pods had no use for. */
  spare = 0;
  /** Pods whose launch has begun and not ended. */
  underWay = 0;
  failure: Error | undefined;
  readonly #begun = new Map<string, Begun>();
  readonly #work = new Set<Promise<void>>();

  constructor(
    readonly id: string,
    private readonly launch: LaunchPods,
    private readonly grants: Grants,
    private readonly table: LaunchTable,
  ) {}

  /** Items of which something has begun and that may still be in the table. */
  get items(): number {
    return [...this.#begun.values()].filter(({ item, done }) => done < item.pods.length).length;
  }

  /** What has not begun. */
  rest(items: readonly WaitingPods[]): Part[] {
    return items
      .map((item) => {
        const taken = this.#begun.get(item.key)?.taken ?? 0;
        return { item, tag: item.tag + taken, pods: item.pods.slice(taken) };
      })
      .filter(({ pods }) => pods.length > 0);
  }

  begin(parts: readonly Part[]): void {
    for (const { item, pods } of parts) {
      const begun = this.#begun.get(item.key) ?? { item, taken: 0, done: 0 };
      begun.taken += pods.length;
      this.#begun.set(item.key, begun);
    }
    const work = this.#launch(parts).finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  /** Resolves when some of what is under way has ended. */
  async oneDone(): Promise<void> {
    await Promise.race(this.#work);
  }

  /** Waits for all that is under way; what is left of an item stays in the queue. Rejects with the first failure. */
  async finish(): Promise<void> {
    await Promise.all(this.#work);
    if (this.failure !== undefined) throw this.failure;
    await Promise.all(
      [...this.#begun.values()]
        .filter(({ item, taken }) => taken < item.pods.length)
        .map(({ item, taken }) => this.table.put({ ...item, tag: item.tag + taken, pods: item.pods.slice(taken) })),
    );
  }

  async #launch(parts: readonly Part[]): Promise<void> {
    const pods = parts.flatMap((part) => part.pods);
    this.underWay += pods.length;
    this.grants.give(pods);
    try {
      await this.launch(pods);
      await Promise.all(parts.map((part) => this.#done(part)));
    } catch (error) {
      this.failure ??= error as Error;
    } finally {
      this.spare += this.grants.takeBack(pods);
      this.underWay -= pods.length;
    }
  }

  /** The last of an item's pods takes it out of the queue. */
  async #done({ item, pods }: Part): Promise<void> {
    const begun = this.#begun.get(item.key)!;
    begun.done += pods.length;
    // It is not forgotten: a list of the queue that was asked for before may still show it.
    if (begun.done === item.pods.length) await this.table.delete(item);
  }
}

export function podsIn(parts: readonly Part[]): number {
  return parts.reduce((sum, { pods }) => sum + pods.length, 0);
}

export function firstPods(parts: readonly Part[], count: number): Part[] {
  const chosen: Part[] = [];
  let left = count;
  for (const part of parts) {
    if (left === 0) break;
    const pods = part.pods.slice(0, left);
    chosen.push({ ...part, pods });
    left -= pods.length;
  }
  return chosen;
}
