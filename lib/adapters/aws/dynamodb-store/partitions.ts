import { itemKey, PARTITION } from './keys.js';
import { TABLE } from '../names.js';
import type { TableAccess } from './table-access.js';

/**
 * Which namespaces a resource has objects in, or once had: what lists of all namespaces and the feed of all resources read.
 * One item each, written before a partition's first object and kept.
 */
export class Partitions {
  /** Those written or found by this process, or just being so. */
  readonly #ensured = new Map<string, Promise<void>>();

  constructor(readonly access: TableAccess) {}

  ensure(resource: string, namespace: string): Promise<void> {
    const sort = `${resource}/${namespace}`;
    const known = this.#ensured.get(sort);
    if (known !== undefined) return known;
    const ensured = this.#ensure(sort);
    this.#ensured.set(sort, ensured);
    ensured.catch(() => this.#ensured.delete(sort));
    return ensured;
  }

  /** In the order of lists. */
  async namespaces(resource: string): Promise<string[]> {
    const prefix = `${resource}/`;
    return (await this.#sorts(prefix)).map((sort) => sort.slice(prefix.length));
  }

  async resources(): Promise<string[]> {
    const sorts = await this.#sorts();
    return [...new Set(sorts.map((sort) => sort.slice(0, sort.indexOf('/'))))];
  }

  async #ensure(sort: string): Promise<void> {
    const key = itemKey(PARTITION.partitions, sort);
    // Reading first: of the processes that begin, hardly one is the first here, and a read is cheaper.
    if ((await this.access.get(key)) === undefined) await this.access.put(key);
  }

  async #sorts(prefix?: string): Promise<string[]> {
    const sorts: string[] = [];
    for await (const items of this.access.query({ partition: PARTITION.partitions, ...(prefix && { prefix }) })) {
      sorts.push(...items.map((item) => item[TABLE.sortKey]!.S!));
    }
    return sorts;
  }
}
