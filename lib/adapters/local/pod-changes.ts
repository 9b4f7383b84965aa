import type { PodIdentity } from '../../ports/pod-runtime.js';

/** "Look at this pod": for the runtime's one listener and for those who follow a log. */
export class PodChanges {
  #listener: (pod: PodIdentity) => void = () => {};
  readonly #waiting = new Map<string, Set<() => void>>();

  listen(listener: (pod: PodIdentity) => void): void {
    this.#listener = listener;
  }

  /** Something that `observe` tells has changed. */
  announce(pod: PodIdentity): void {
    this.wake(pod.uid);
    this.#listener(pod);
  }

  /** Only a log has grown. */
  wake(uid: string): void {
    const waiting = this.#waiting.get(uid);
    this.#waiting.delete(uid);
    for (const resolve of waiting ?? []) resolve();
  }

  /** Resolves at the next change of the pod or its logs, or when `signal` aborts. */
  next(uid: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(uid) ?? new Set();
      this.#waiting.set(uid, waiting);
      const done = () => {
        waiting.delete(done);
        if (waiting.size === 0 && this.#waiting.get(uid) === waiting) this.#waiting.delete(uid);
        signal.removeEventListener('abort', done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }
}
