import type { RuntimeEvent } from '../../ports/pod-runtime.js';

/** Events that wait for the next report of their pod. */
export class PodEvents {
  readonly #events = new Map<string, RuntimeEvent[]>();

  add(uid: string, ...events: readonly RuntimeEvent[]): void {
    if (events.length === 0) return;
    const waiting = this.#events.get(uid);
    if (waiting) waiting.push(...events);
    else this.#events.set(uid, [...events]);
  }

  /** Each event is told once. */
  take(uid: string): readonly RuntimeEvent[] {
    const events = this.#events.get(uid) ?? [];
    this.#events.delete(uid);
    return events;
  }
}
