import type { KubeObject } from '../../apis/meta/v1/object.js';
import {
  Absent,
  AlreadyExists,
  formatKey,
  RevisionMismatch,
  type Change,
  type ChangeBatch,
  type FeedRange,
  type JsonObject,
  type ListOptions,
  type ObjectKey,
  type Page,
  type Range,
  type Revision,
  type Store,
  type StoredObject,
} from '../../ports/store.js';
import { Recent } from '../recent.js';

/** Who is told of writes before their promises resolve. */
export interface Witness {
  /** `expected`: the revision that the write replaced. */
  wrote(change: Change, expected: Revision | undefined): void;
  /** An object as it is now: one that was asked for, or that was in a write's way. */
  found(stored: StoredObject): void;
  /** There is no such object now. */
  missed(key: ObjectKey): void;
}

/**
 * Objects remembered as they are, so that a write can tell what it replaced: some 4 KB each, in each of a function's
 * managers. One that is not costs a look more.
 */
const REMEMBERED = 5000;

/**
 * A store that tells of every write made through it at once, and of every object asked for: nobody has to wait until it
 * comes back by the stream.
 */
export class TellingStore implements Store {
  /** By key; of the newest revision alone, as no other can be replaced any more. */
  readonly #newest = new Recent<Pick<StoredObject, 'revision' | 'object'>>(REMEMBERED);

  constructor(
    readonly store: Store,
    readonly witness: Witness,
  ) {}

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    const stored = await this.store.get(key);
    if (stored) this.#found(stored);
    else this.witness.missed(key);
    return stored;
  }

  async list(range: Range, options?: ListOptions): Promise<Page> {
    const page = await this.store.list(range, options);
    for (const stored of page.items) this.#remember(stored);
    return page;
  }

  async create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#write('created', key, undefined, () => this.store.create(key, object, record));
  }

  async replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#write('replaced', key, expected, () => this.store.replace(key, expected, object, record));
  }

  async delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    return this.#write('deleted', key, expected, () => this.store.delete(key, expected, last));
  }

  changes(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch> {
    return this.store.changes(range, after, signal);
  }

  currentRevision(): Promise<Revision> {
    return this.store.currentRevision();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async #write(
    type: Change['type'],
    key: ObjectKey,
    expected: Revision | undefined,
    write: () => Promise<StoredObject>,
  ): Promise<StoredObject> {
    const known = this.#newest.get(formatKey(key));
    const previous = known?.revision === expected ? known?.object : undefined;
    let stored: StoredObject;
    try {
      stored = await write();
    } catch (error) {
      if (error instanceof AlreadyExists) this.#found(error.existing);
      if (error instanceof RevisionMismatch) this.#found(error.current);
      if (error instanceof Absent) this.witness.missed(key);
      throw error;
    }
    if (type === 'deleted') this.#newest.delete(formatKey(key));
    else this.#remember(stored);
    this.witness.wrote({ ...stored, type, ...(previous && { previous }) }, expected);
    return stored;
  }

  #found(stored: StoredObject): void {
    this.#remember(stored);
    this.witness.found(stored);
  }

  #remember({ key, revision, object }: StoredObject): void {
    const text = formatKey(key);
    if ((this.#newest.get(text)?.revision ?? 0) <= revision) this.#newest.set(text, { revision, object });
  }
}
