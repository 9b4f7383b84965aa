import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Change, JsonObject, ObjectKey, Revision, StoredObject } from '../../../ports/store.js';
import { keyText, parseKeyText } from '../../../ports/store-support/key-order.js';

/**
 * What is on disk. All keys and values are text.
 *
 *   m:format            the version of this layout
 *   m:floor             a `Mark`: the history up to here has been forgotten
 *   v:<revision>        a version: an object as one write left it (of a deletion: its last state)
 *   o:<key text>        the newest version of a key: its revision, and ` deleted` if it is a deletion
 *
 * An object's bytes are written once, with its version. The versions in order are the change feed; each names the one
 * before it of the same key, so that the past can be read backwards from `o:`. A version is removed when the change
 * that followed it has been forgotten; the newest of every object stays.
 */
export const FORMAT_KEY = 'm:format';
export const FLOOR_KEY = 'm:floor';
export const VERSIONS = { gt: 'v:', lt: 'v;' } as const;

/** A place in the feed. */
export interface Mark {
  readonly revision: Revision;
  /** How many changes there have been up to here since the store began: no number is left out. */
  readonly ordinal: number;
  /** How many characters they took. */
  readonly size: number;
}

export interface VersionHeader extends Mark {
  readonly type: Change['type'];
  /** The revision of the version before it of the same key, also of a deletion; 0: there is none. */
  readonly previous: Revision;
}

export interface Version extends VersionHeader {
  readonly stored: StoredObject;
}

export interface Newest {
  readonly revision: Revision;
  readonly deleted: boolean;
}

export function newestKey(text: string): string {
  return `o:${text}`;
}

export function textOfNewestKey(key: string): string {
  return key.slice(2);
}

export function versionKey(revision: Revision): string {
  return `v:${String(revision).padStart(16, '0')}`;
}

export function parseVersionKey(key: string): Revision {
  return Number(key.slice(2));
}

export function formatNewest({ revision, deleted }: Newest): string {
  return deleted ? `${revision} deleted` : String(revision);
}

export function parseNewest(value: string): Newest {
  return { revision: parseInt(value, 10), deleted: value.endsWith('d') };
}

export function formatMark({ revision, ordinal, size }: Mark): string {
  return `${revision} ${ordinal} ${size}`;
}

export function parseMark(value: string): Mark {
  const [revision, ordinal, size] = value.split(' ').map(Number);
  return { revision: revision!, ordinal: ordinal!, size: size! };
}

/** The part of a version's value that holds its object: JSON has no line breaks, so they part the lines. */
export function formatBody({ key, object, record }: Omit<StoredObject, 'revision'>): string {
  return `${JSON.stringify(object)}\n${record ? JSON.stringify(record) : ''}\n${keyText(key)}`;
}

export function formatVersion(
  { type, ordinal, size, previous }: Omit<VersionHeader, 'revision'>,
  body: string,
): string {
  return `${type} ${ordinal} ${size} ${previous}\n${body}`;
}

/** Reads the header alone: the body costs ten times as much. */
export function parseHeader(revision: Revision, value: string): VersionHeader {
  const [type, ordinal, size, previous] = value.slice(0, value.indexOf('\n')).split(' ');
  if (type !== 'created' && type !== 'replaced' && type !== 'deleted') throw new DamagedEntry(revision);
  return { revision, type, ordinal: Number(ordinal), size: Number(size), previous: Number(previous) };
}

export function parseVersion(revision: Revision, value: string): Version {
  const header = parseHeader(revision, value);
  const objectAt = value.indexOf('\n') + 1;
  const recordAt = value.indexOf('\n', objectAt) + 1;
  const record = value.slice(recordAt, value.indexOf('\n', recordAt));
  try {
    const object = JSON.parse(value.slice(objectAt, recordAt)) as KubeObject;
    const key = parseKey(value);
    if (record === '') return { ...header, stored: { key, revision, object } };
    return { ...header, stored: { key, revision, object, record: JSON.parse(record) as JsonObject } };
  } catch (error) {
    throw new DamagedEntry(revision, { cause: error });
  }
}

/** The key of a version's value. It stands last, because a name may hold any character. */
export function parseKey(value: string): ObjectKey {
  const recordAt = value.indexOf('\n', value.indexOf('\n') + 1) + 1;
  return parseKeyText(value.slice(value.indexOf('\n', recordAt) + 1));
}

/** What was read is not what was written. */
export class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';
  constructor(revision: Revision, options?: ErrorOptions) {
    super(`the store is damaged: revision ${revision} cannot be read`, options);
  }
}
