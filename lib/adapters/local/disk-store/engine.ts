import type { Clock } from '../../../ports/clock.js';
import type { Change, Revision, StoredObject } from '../../../ports/store.js';
import { keyText } from '../../../ports/store-support/key-order.js';
import { nextRevision } from '../../../ports/store-support/revision.js';
import { openFolder } from './data-folder.js';
import type { Database, OpenedFolder } from './data-folder.js';
import { formatBody, formatNewest, formatVersion, newestKey, versionKey } from './entries.js';
import type { Mark } from './entries.js';
import { GroupCommit } from './group-commit.js';
import type { Commit } from './group-commit.js';
import { History } from './history.js';
import type { HistoryLimits } from './history.js';
import { ObjectCache } from './object-cache.js';
import { Versions } from './versions.js';

/** A version's header and key, about. */
const OVERHEAD_SIZE = 100;

export interface EngineOptions {
  readonly clock: Clock;
  readonly cacheSize: number;
  readonly history: HistoryLimits;
  /** Called with changes that are durable, before their writers are told. */
  readonly committed: (changes: readonly Change[], sizes: readonly number[]) => void;
}

/** One opening of a data folder: from `openEngine` to `close`, or to a failure of the disk. */
export class Engine {
  readonly database: Database;
  readonly versions: Versions;
  readonly commits: GroupCommit;
  readonly history: History;
  readonly #cache: ObjectCache;
  /** The newest change submitted, and the newest that is durable. */
  #submitted: Mark;
  #head: Mark;

  constructor(
    { database, head, floor }: OpenedFolder,
    readonly options: EngineOptions,
  ) {
    this.database = database;
    this.#submitted = head;
    this.#head = head;
    this.#cache = new ObjectCache(options.cacheSize);
    this.versions = new Versions(database, this.#cache);
    this.commits = new GroupCommit(database, (commits) => this.#committed(commits));
    const { history, clock } = options;
    this.history = new History(database, this.versions, this.commits, history, clock, floor, () => this.#head);
  }

  /** The newest durable revision. */
  get head(): Revision {
    return this.#head.revision;
  }

  /** The state of an object as of the newest durable revision. */
  get(text: string): StoredObject | undefined {
    const writing = this.commits.inFlight(text);
    return writing ? writing.before : this.versions.get(text);
  }

  /** The revision that a change submitted now has. */
  nextRevision(): Revision {
    return nextRevision(this.#submitted.revision, this.options.clock.now());
  }

  /** Resolves when the change is durable. Nobody else may be writing the object. `previous`: as `versions.look` has it. */
  submit(change: Change, before: StoredObject | undefined, previous: Revision): Promise<void> {
    const { type, key, revision } = change;
    const text = keyText(key);
    const body = formatBody(change);
    const size = body.length + OVERHEAD_SIZE;
    const mark = { revision, ordinal: this.#submitted.ordinal + 1, size: this.#submitted.size + size };
    const ended = this.commits.submit({
      texts: [text],
      before,
      change,
      size,
      operations: [
        [versionKey(revision), formatVersion({ type, ...mark, previous }, body)],
        [newestKey(text), formatNewest({ revision, deleted: type === 'deleted' })],
      ],
    });
    this.#submitted = mark;
    return ended;
  }

  async close(): Promise<void> {
    await this.history.stop();
    await this.commits.drain();
    await this.database.close();
  }

  #committed(commits: readonly Commit[]): void {
    const changes: Change[] = [];
    const sizes: number[] = [];
    for (const { change, size } of commits) {
      if (!change) continue;
      changes.push(change);
      sizes.push(size);
      this.#remember(change, size);
      this.#head = { revision: change.revision, ordinal: this.#head.ordinal + 1, size: this.#head.size + size };
    }
    this.options.committed(changes, sizes);
    this.history.check();
  }

  #remember({ type, key, revision, object, record }: Change, size: number): void {
    const text = keyText(key);
    if (type === 'deleted') this.#cache.delete(text);
    else this.#cache.set(text, { key, revision, object, ...(record && { record }) }, size);
  }
}

/** Throws `DataFolderError`. */
export async function openEngine(folder: string, options: EngineOptions): Promise<Engine> {
  return new Engine(await openFolder(folder, nextRevision(0, options.clock.now())), options);
}
