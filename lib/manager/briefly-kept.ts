import type { Clock } from '../ports/clock.js';
import { formatKey, type ObjectKey, type Store, type StoredObject } from '../ports/store.js';
import { Recent } from './recent.js';

/** As stale as the ServiceAccounts that Kubernetes' admission works with. */
const KEPT_MS = 5000;
const OBJECTS_MAX = 1000;

interface Reading {
  readonly atMs: number;
  readonly stored: Promise<StoredObject | undefined>;
}

/** Objects that every pod of a Job asks for, read once in a while; one that is not there is asked for again. */
export class BrieflyKept implements Pick<Store, 'get'> {
  readonly #readings = new Recent<Reading>(OBJECTS_MAX);

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly keptMs = KEPT_MS,
  ) {}

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    const text = formatKey(key);
    const now = this.clock.now();
    const known = this.#readings.get(text);
    const reading = known && now - known.atMs < this.keptMs ? known : { atMs: now, stored: this.store.get(key) };
    this.#readings.set(text, reading);
    try {
      const stored = await reading.stored;
      if (!stored) this.#readings.delete(text);
      return stored;
    } catch (error) {
      this.#readings.delete(text);
      throw error;
    }
  }
}
