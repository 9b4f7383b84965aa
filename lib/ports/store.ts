import type { KubeObject } from '../apis/meta/v1/object.js';

/**
 * The store: where objects are.
 *
 * Terminology
 * - revision: a `resourceVersion`. An integer that only grows, over the whole store, with every write (a hybrid clock:
 *   microseconds since 1970, or the last revision + 1 where that is greater); always a safe integer.
 * - range: the keys of one resource, or of one resource in one namespace, ordered by namespace, then name (bytewise).
 * - record: what a controller remembers of an object beside its public fields, written in the same atomic write and
 *   never served to clients.
 * - change feed: every write, in the order of revisions.
 *
 * Contract of every adapter (`test/contract/store` is its suite)
 * 1. A write whose promise has resolved survives any crash. One that rejected with a StoreError did not happen; one
 *    that rejected with anything else may have happened (compare-and-set makes repeating it safe).
 * 2. Reads see every write acknowledged before they began (no stale reads).
 * 3. One object, one compare-and-set; there are no transactions over several objects.
 * 4. `metadata.resourceVersion` of every object handed out is its revision, set by the store; what the caller put
 *    there is ignored. Objects handed out are shared and immutable: never change one.
 * 5. A change is in the feed before its write's promise resolves, so whoever follows the feed in the same process
 *    has it no later than the writer.
 */
export interface Store {
  get(key: ObjectKey): Promise<StoredObject | undefined>;

  /** One page of a range. `at` reads the range as it was at that revision. Throws `RevisionExpired`, `RevisionAhead`. */
  list(range: Range, options?: ListOptions): Promise<Page>;

  /** Throws `AlreadyExists`. */
  create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject>;

  /** Throws `Absent`, `RevisionMismatch`. A `record` left out stays as it was. */
  replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject>;

  /**
   * Throws `Absent`, `RevisionMismatch`. The feed's `deleted` change carries `last` (the object's final state, by
   * default the stored one) with the deletion's own revision.
   */
  delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject>;

  /**
   * The changes of a range after a revision, in order, without gaps or repeats, until `signal` aborts or the caller
   * stops iterating. Throws `RevisionExpired` if the feed no longer reaches back that far, at once or later, when the
   * reader fell too far behind. Batches may be empty: they tell how far the feed has been read.
   */
  changes(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch>;

  /** The newest revision: every write acknowledged so far is at or below it. */
  currentRevision(): Promise<Revision>;

  close(): Promise<void>;
}

export type Revision = number;

export interface ObjectKey {
  /** The plural: `jobs`. */
  readonly resource: string;
  /** `''` for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export interface Range {
  readonly resource: string;
  /** Left out: all namespaces. */
  readonly namespace?: string;
}

/** Left out: every resource. */
export interface FeedRange {
  readonly resource?: string;
  readonly namespace?: string;
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

export interface StoredObject {
  readonly key: ObjectKey;
  readonly revision: Revision;
  readonly object: KubeObject;
  readonly record?: JsonObject;
}

export interface ListOptions {
  /** Most items in the page; left out or 0: all. */
  readonly limit?: number;
  /** Only keys above this one (exclusive). */
  readonly after?: { readonly namespace: string; readonly name: string };
  readonly at?: Revision;
}

export interface Page {
  readonly items: readonly StoredObject[];
  /** The revision at which the page is the whole truth: a watch from here misses nothing. */
  readonly revision: Revision;
  /** Where the next page begins (pass as `after`); left out on the last page. */
  readonly next?: { readonly namespace: string; readonly name: string };
  /** How many items follow this page, where the store knows. */
  readonly remaining?: number;
}

export interface Change {
  readonly type: 'created' | 'replaced' | 'deleted';
  readonly key: ObjectKey;
  readonly revision: Revision;
  /** The state after the change; of a deletion the last one. */
  readonly object: KubeObject;
  readonly record?: JsonObject;
  /** The state before the change; left out for `created`. A watch with a selector needs it. */
  readonly previous?: KubeObject;
  /** The record before the change, where there was one and the store tells. */
  readonly previousRecord?: JsonObject;
}

export interface ChangeBatch {
  readonly changes: readonly Change[];
  /** Every change of the range at or below this revision has been handed out. */
  readonly revision: Revision;
}

export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

export class AlreadyExists extends StoreError {
  override readonly name = 'AlreadyExists';
  constructor(
    readonly key: ObjectKey,
    readonly existing: StoredObject,
  ) {
    super(`${formatKey(key)} already exists`);
  }
}

export class Absent extends StoreError {
  override readonly name = 'Absent';
  constructor(readonly key: ObjectKey) {
    super(`${formatKey(key)} does not exist`);
  }
}

export class RevisionMismatch extends StoreError {
  override readonly name = 'RevisionMismatch';
  constructor(
    readonly key: ObjectKey,
    readonly expected: Revision,
    readonly current: StoredObject,
  ) {
    super(`${formatKey(key)} is at revision ${current.revision}, not ${expected}`);
  }
}

/** The feed or the history has been compacted beyond the revision asked for (HTTP 410). */
export class RevisionExpired extends StoreError {
  override readonly name = 'RevisionExpired';
  constructor(
    readonly asked: Revision,
    readonly oldest: Revision,
  ) {
    super(`revision ${asked} is too old: the oldest kept is ${oldest}`);
  }
}

/** A revision that has not been reached yet. */
export class RevisionAhead extends StoreError {
  override readonly name = 'RevisionAhead';
  constructor(
    readonly asked: Revision,
    readonly current: Revision,
  ) {
    super(`revision ${asked} has not been reached: the newest is ${current}`);
  }
}

/** `jobs/default/pi`, or `namespaces/default`. */
export function formatKey(key: ObjectKey): string {
  return key.namespace === '' ? `${key.resource}/${key.name}` : `${key.resource}/${key.namespace}/${key.name}`;
}
