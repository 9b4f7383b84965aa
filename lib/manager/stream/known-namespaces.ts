import type { Clock } from '../../ports/clock.js';
import type { Store } from '../../ports/store.js';
import { Recent } from '../recent.js';
import { TerminatingNamespaces } from '../terminating-namespaces.js';

/** Longer reads less; shorter makes less in a namespace that has begun to go, which its controller deletes again. */
const KNOWN_MS = 10_000;
const NAMESPACES_MAX = 1000;

/** Which namespaces are being deleted, read when somebody is about to work in them. */
export class KnownNamespaces extends TerminatingNamespaces {
  readonly #readAt = new Recent<number>(NAMESPACES_MAX);

  constructor(
    readonly store: Store,
    readonly clock: Clock,
  ) {
    super();
  }

  async learn(namespaces: Iterable<string>): Promise<void> {
    await Promise.all(Array.from(new Set(namespaces), (name) => this.#learn(name)));
  }

  async #learn(name: string): Promise<void> {
    const now = this.clock.now();
    if (name === '' || now - (this.#readAt.get(name) ?? -Infinity) < KNOWN_MS) return;
    const stored = await this.store.get({ resource: 'namespaces', namespace: '', name });
    if (stored) this.apply({ ...stored, type: 'replaced' });
    this.#readAt.set(name, now);
  }
}
