import { keyText } from '../../../ports/store-support/key-order.js';
import type { Clock } from '../../../ports/clock.js';
import type { Change, Revision } from '../../../ports/store.js';
import type { FeedEntry } from './items.js';

/** Changes known by name, so that one that comes again is recognised: more than come within a relay's delay. */
const IDENTITIES_MAX = 20_000;

interface LogEntry extends FeedEntry {
  readonly atMs: number;
}

export interface LogListener {
  /** There are new entries, or the log is known to reach further. */
  appended(entries: readonly FeedEntry[]): void;
  /** The feed cannot be read. */
  failed(error: unknown): void;
}

/**
 * The newest changes a process knows, in the order it came to know them: its own as they are acknowledged, everybody's as
 * the feed brings them. A change that comes twice (written here, then relayed) is there once.
 */
export class ChangeLog {
  #entries: LogEntry[] = [];
  /** The place of the first entry; places only grow. */
  #start = 0;
  /** The newest revision by key: of the entries, and of those that are known by name. */
  readonly #newest = new Map<string, Revision>();
  readonly #identities = new Set<string>();
  readonly #listeners = new Set<LogListener>();
  #head: Revision = 0;

  constructor(
    readonly clock: Clock,
    readonly limits: { readonly changes: number; readonly ageMs: number },
  ) {}

  /** The place of the next entry. */
  get end(): number {
    return this.#start + this.#entries.length;
  }

  /** The place of the first entry that is still here. */
  get start(): number {
    this.#trim();
    return this.#start;
  }

  /** How far the changes handed out reach. */
  get head(): Revision {
    return this.#head;
  }

  append(entries: readonly FeedEntry[]): void {
    const fresh = entries.filter((entry) => this.#isNews(entry));
    const atMs = this.clock.now();
    for (const entry of fresh) {
      this.#entries.push({ ...entry, atMs });
      this.#head = Math.max(this.#head, entry.change.revision);
    }
    this.#trim();
    if (fresh.length > 0) for (const listener of Array.from(this.#listeners)) listener.appended(fresh);
  }

  /** These were read from further back than the log begins: should they come again, they are no news. */
  recognise(entries: readonly FeedEntry[]): void {
    for (const { change } of entries) this.#remember(identityOf(change));
  }

  /** The feed has been read up to here, though it brought nothing. */
  advance(revision: Revision): void {
    if (revision <= this.#head) return;
    this.#head = revision;
    for (const listener of Array.from(this.#listeners)) listener.appended([]);
  }

  fail(error: unknown): void {
    for (const listener of Array.from(this.#listeners)) listener.failed(error);
  }

  /** The entries from a place on. */
  from(place: number): readonly FeedEntry[] {
    return this.#entries.slice(Math.max(0, place - this.#start));
  }

  listen(listener: LogListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: LogListener): void {
    this.#listeners.delete(listener);
  }

  /**
   * Not one that is here already; nor one of a key that this process has since written itself: the stream brings the
   * changes of an object in order, so what comes after a newer one of ours happened before it.
   */
  #isNews({ change }: FeedEntry): boolean {
    const { key, revision } = change;
    const text = keyText(key);
    const identity = identityOf(change);
    if (this.#identities.has(identity)) return false;
    this.#remember(identity);
    if ((this.#newest.get(text) ?? 0) > revision) return false;
    this.#newest.set(text, revision);
    return true;
  }

  #remember(identity: string): void {
    this.#identities.add(identity);
    if (this.#identities.size <= IDENTITIES_MAX) return;
    const oldest = this.#identities.values().next().value!;
    this.#identities.delete(oldest);
    const separator = oldest.indexOf('\0');
    const text = oldest.slice(separator + 1);
    if (this.#newest.get(text) === Number(oldest.slice(0, separator))) this.#newest.delete(text);
  }

  #trim(): void {
    const { changes, ageMs } = this.limits;
    const oldestMs = this.clock.now() - ageMs;
    const { length } = this.#entries;
    // In larger steps, since the array moves.
    let count = length > changes * 1.25 ? length - changes : 0;
    while (count < length && this.#entries[count]!.atMs < oldestMs) count++;
    if (count === 0) return;
    this.#entries = this.#entries.slice(count);
    this.#start += count;
  }
}

/** What a change is recognised by. */
export function identityOf({ key, revision }: Pick<Change, 'key' | 'revision'>): string {
  return `${revision}\0${keyText(key)}`;
}
