import { itemKey, PARTITION } from './keys.js';
import { TABLE } from '../names.js';
import type { TableAccess } from './table-access.js';

/**
 * Which namespaces a resource has objects in, or once had: what lists of all namespaces and the feed of all resources read.
 * One item each, written before a partition's first object and kept.
 */
export class Partitions {
  readonly #known = new Set<string>();

  constructor(readonly access: TableAccess) {}

  async ensure(resource: string, namespace: string): Promise<void> {
    const sort = `${resource}/${namespace}`;
    if (this.#known.has(sort)) return;
    const key = itemKey(PARTITION.partitions, sort);
    // Reading first: of the processes that begin, hardly one is the first here, and a read is cheaper.
    if ((await this.access.get(key)) === undefined) await this.access.put(key);
    this.#known.add(sort);
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

  async #sorts(prefix?: string): Promise<string[]> {
    const sorts: string[] = [];
    for await (const items of this.access.query({ partition: PARTITION.partitions, ...(prefix && { prefix }) })) {
      sorts.push(...items.map((item) => item[TABLE.sortKey]!.S!));
    }
    return sorts;
  }
}
