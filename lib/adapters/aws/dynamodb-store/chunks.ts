import { TABLE } from '../names.js';
import { FIELD, itemKey, PARTITION } from './keys.js';
import type { TableAccess } from './table-access.js';
import type { Item } from './stream-record.js';

/** An item may have 400 KB, names and keys counted. */
const ITEM_SIZE_MAX = 380_000;

/**
 * The fields that hold packed bytes: one, or where an item would become too large, a reference to several items. Those are
 * in the table when this resolves, under an id that nothing else has. `expires`: seconds since 1970.
 */
export async function bodyFields(access: TableAccess, body: Uint8Array, id: string, expires?: number): Promise<Item> {
  if (body.length <= ITEM_SIZE_MAX) return { [FIELD.body]: { B: body } };
  const count = Math.ceil(body.length / ITEM_SIZE_MAX);
  for (let index = 0; index < count; index++) {
    await access.put({
      ...itemKey(PARTITION.chunk, chunkName(id, index)),
      [FIELD.body]: { B: body.subarray(index * ITEM_SIZE_MAX, (index + 1) * ITEM_SIZE_MAX) },
      ...(expires !== undefined && { [TABLE.expires]: { N: String(expires) } }),
    });
  }
  return { [FIELD.chunks]: { S: `${id}:${count}` } };
}

/** The packed bytes of an item; undefined where parts of them are no longer in the table. */
export async function readBody(access: TableAccess, item: Item): Promise<Uint8Array | undefined> {
  const body = item[FIELD.body]?.B;
  if (body !== undefined) return body;
  const parts = await Promise.all(chunkNames(item).map((name) => access.get(itemKey(PARTITION.chunk, name))));
  const bytes = parts.map((part) => part?.[FIELD.body]?.B);
  return bytes.length > 0 && bytes.every((part) => part !== undefined) ? Buffer.concat(bytes) : undefined;
}

/** Removes what an item that is no longer referred to had in other items. */
export async function deleteChunks(access: TableAccess, item: Item): Promise<void> {
  await Promise.all(chunkNames(item).map((name) => access.delete(itemKey(PARTITION.chunk, name))));
}

/** Whether two items share their parts: a deletion keeps those of the object. */
export function sharesChunks(one: Item | undefined, other: Item | undefined): boolean {
  return one?.[FIELD.chunks]?.S === other?.[FIELD.chunks]?.S;
}

function chunkNames(item: Item): string[] {
  const reference = item[FIELD.chunks]?.S;
  if (reference === undefined) return [];
  const colon = reference.lastIndexOf(':');
  const id = reference.slice(0, colon);
  return Array.from({ length: Number(reference.slice(colon + 1)) }, (_, index) => chunkName(id, index));
}

function chunkName(id: string, index: number): string {
  return `${id}/${index}`;
}
