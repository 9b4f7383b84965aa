import type { ObjectKey } from '../../../ports/store.js';
import { TABLE } from '../names.js';
import type { Item } from './stream-record.js';

/** Partitions beside those of objects (`<resource>/<namespace>`). No resource has such a name. */
export const PARTITION = {
  /** Pod specs by their hash. */
  template: 'template',
  /** Parts of what is too large for one item. */
  chunk: 'chunk',
  /** Which partitions of objects there are: sort key `<resource>/<namespace>`. */
  partitions: 'partitions',
  /** Prefix of the feed of a resource. */
  feed: 'feed/',
} as const;

/**
 * What an object's item holds. Names are short: they count as bytes of the item, which is to stay below 1 KB.
 */
export const FIELD = {
  revision: 'r',
  /** Who wrote it, and which of the writer's writes it was: `<process>.<count>`. */
  writer: 'w',
  /** The object, packed, without its resourceVersion. */
  body: 'b',
  /** The record, packed. */
  record: 'm',
  /** The hash of the pod spec that the body was packed with. */
  template: 't',
  /** Instead of the body: where its parts are, `<id>:<count>`. */
  chunks: 'c',
  /** The object is deleted; the item tells of it until it has been relayed. */
  gone: 'x',
} as const;

export function keyOf({ resource, namespace, name }: ObjectKey): Item {
  return itemKey(`${resource}/${namespace}`, name);
}

export function itemKey(partition: string, sort: string): Item {
  return { [TABLE.partitionKey]: { S: partition }, [TABLE.sortKey]: { S: sort } };
}

/** The key of an object's item; undefined for every other item of the table. */
export function objectKeyOf(item: Item): ObjectKey | undefined {
  const partition = item[TABLE.partitionKey]?.S;
  const name = item[TABLE.sortKey]?.S;
  if (partition === undefined || name === undefined || !(FIELD.revision in item) || !(FIELD.writer in item)) {
    return undefined;
  }
  const slash = partition.indexOf('/');
  return { resource: partition.slice(0, slash), namespace: partition.slice(slash + 1), name };
}
