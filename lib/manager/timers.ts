import type { Clock } from '../ports/clock.js';

export interface Timer {
  readonly atMs: number;
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  callback: (() => void) | undefined;
}

/**
 * Any number of wake-up times over one `Clock.at`: a binary heap, of which only the earliest entry is armed. Entries of
 * the same time fire in the order in which they were set.
 */
export class Timers {
  #heap: Entry[] = [];
  #cancelled = 0;
  #order = 0;
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;

  constructor(readonly clock: Clock) {}

  at(atMs: number, callback: () => void): Timer {
    const entry: Entry = { atMs, order: this.#order++, callback, cancel: () => this.#cancel(entry) };
    this.#push(entry);
    if (atMs < this.#armedFor) this.#arm();
    return entry;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.at(this.clock.now() + delayMs, callback);
  }

  /** When the next one fires (ms since 1970). */
  get nextMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.atMs;
  }

  /** Forgets every timer. */
  clear(): void {
    this.#heap = [];
    this.#cancelled = 0;
    this.#arm();
  }

  #cancel(entry: Entry): void {
    if (!entry.callback) return;
    entry.callback = undefined;
    this.#cancelled++;
    // Cancelled entries leave when they come to the top; many of them (timers that are moved all the time) leave at once.
    if (this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) {
      const kept = this.#heap.filter((e) => e.callback);
      this.#heap = [];
      this.#cancelled = 0;
      for (const e of kept) this.#push(e);
    }
  }

  #arm(): void {
    this.#dropCancelled();
    const next = this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
    if (next === this.#armedFor) return;
    this.#disarm?.();
    this.#armedFor = next;
    this.#disarm = this.#heap[0] ? this.clock.at(next, () => this.#fire()) : undefined;
  }

  #fire(): void {
    this.#disarm = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    for (let top = this.#heap[0]; top && (top.atMs <= now || !top.callback); top = this.#heap[0]) {
      this.#pop();
      const callback = top.callback;
      if (!callback) {
        this.#cancelled--;
        continue;
      }
      top.callback = undefined;
      callback();
    }
    this.#arm();
  }

  #dropCancelled(): void {
    while (this.#heap[0] && !this.#heap[0].callback) {
      this.#pop();
      this.#cancelled--;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order;
}
