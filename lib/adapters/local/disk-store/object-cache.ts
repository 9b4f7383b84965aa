import type { StoredObject } from '../../../ports/store.js';

interface Entry {
  readonly stored: StoredObject;
  readonly size: number;
}

/** Decoded objects, the least recently used forgotten first. Sizes are those of their JSON; in memory they take two to three times as much. */
export class ObjectCache {
  /** In the order of use: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>();
  #size = 0;

  constructor(readonly sizeMax: number) {}

  get(text: string): StoredObject | undefined {
    const entry = this.#entries.get(text);
    if (!entry) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    return entry.stored;
  }

  /** Looks without counting it as use: a scan of everything must not change what is kept. */
  peek(text: string): StoredObject | undefined {
    return this.#entries.get(text)?.stored;
  }

  set(text: string, stored: StoredObject, size: number): void {
    this.delete(text);
    this.#entries.set(text, { stored, size });
    this.#size += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.sizeMax) return;
      this.#entries.delete(oldest);
      this.#size -= entry.size;
    }
  }

  /** Whether one more pushes nothing out. A scan keeps what it reads only then. */
  hasRoom(size: number): boolean {
    return this.#size + size <= this.sizeMax;
  }

  delete(text: string): void {
    const entry = this.#entries.get(text);
    if (!entry) return;
    this.#entries.delete(text);
    this.#size -= entry.size;
  }

  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }
}
