import { Fifo } from '../fifo.js';

/**
 * Lets so many tasks run at the same time, and the others wait in groups that take turns: the one task of a late group
 * is not behind the ten thousand of an early one.
 */
export class FairGate {
  readonly #queues = new Map<string, Fifo<() => Promise<void>>>();
  /** Groups that have tasks waiting, in the order of their turns. */
  readonly #turns = new Fifo<string>();
  #running = 0;

  constructor(readonly width: number) {}

  /** Resolves or rejects as the task does. */
  run<T>(group: string, task: () => Promise<T>): Promise<T> {
    if (this.#running < this.width) return this.#begin(task);
    return new Promise((resolve, reject) => {
      this.#enqueue(group, () => this.#begin(task).then(resolve, reject));
    });
  }

  #enqueue(group: string, begin: () => Promise<void>): void {
    let queue = this.#queues.get(group);
    if (!queue) {
      queue = new Fifo();
      this.#queues.set(group, queue);
      this.#turns.push(group);
    }
    queue.push(begin);
  }

  async #begin<T>(task: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await task();
    } finally {
      this.#running--;
      this.#next();
    }
  }

  #next(): void {
    const group = this.#turns.shift();
    if (group === undefined) return;
    const queue = this.#queues.get(group)!;
    const begin = queue.shift()!;
    if (queue.length > 0) this.#turns.push(group);
    else this.#queues.delete(group);
    void begin();
  }
}
