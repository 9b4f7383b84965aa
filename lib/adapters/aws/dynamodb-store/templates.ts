import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Clock } from '../../../ports/clock.js';
import type { ObjectKey } from '../../../ports/store.js';
import { TABLE } from '../names.js';
import { FIELD, itemKey, PARTITION } from './keys.js';
import { pack, unpack } from './packing.js';
import type { TableAccess } from './table-access.js';

/** Longer keeps what nobody refers to any more; a pod that nobody reads or writes for so long could not be read again. */
const KEEP_SECONDS = 180 * 86_400;

/** Texts kept in memory. A process rarely works on the pods of more Jobs at once. */
const CACHED_MAX = 500;

interface Template {
  readonly text: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/**
 * What the pods of a Job have in common, and those of a CronJob's next Job, too: the spec without what is the pod's own.
 * Undefined for objects that are one of a kind.
 */
export function templateText({ resource }: ObjectKey, object: KubeObject): string | undefined {
  const { spec, metadata } = object;
  if (resource !== 'pods' || typeof spec !== 'object' || spec === null) return undefined;
  if (!metadata.ownerReferences?.some(({ controller }) => controller)) return undefined;
  const { hostname: _hostname, nodeName: _nodeName, ...shared } = spec as Record<string, unknown>;
  return JSON.stringify(shared);
}

/**
 * Pod specs, one item each under their hash, so that a pod's item holds only what differs. Written once, found by
 * everyone, and removed by the table's TTL long after the last use: whoever uses one whose time is half over renews it.
 */
export class Templates {
  readonly #cached = new Map<string, Promise<Template>>();

  constructor(
    readonly access: TableAccess,
    readonly clock: Clock,
  ) {}

  /** Resolves with the text's hash when it is in the table. */
  async ensure(text: string): Promise<string> {
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 16);
    await this.#use(hash, text);
    return hash;
  }

  /** Throws where there is none: the item that refers to it cannot be read. */
  async read(hash: string): Promise<string> {
    return (await this.#use(hash)).text;
  }

  /** Those who want one at the same time wait for one read, and one write. */
  async #use(hash: string, text?: string): Promise<Template> {
    const cached = this.#cached.get(hash);
    if (cached !== undefined && !this.#isAging(await cached)) return cached;
    // Somebody else may have seen it age meanwhile.
    const newer = this.#cached.get(hash);
    if (newer !== undefined && newer !== cached) return newer;
    const loading = this.#load(hash, text);
    this.#cache(hash, loading);
    loading.catch(() => void (this.#cached.get(hash) === loading && this.#cached.delete(hash)));
    return loading;
  }

  async #load(hash: string, given: string | undefined): Promise<Template> {
    const found = await this.#get(hash);
    if (found !== undefined && !this.#isAging(found)) return found;
    const text = found?.text ?? given;
    if (text === undefined) throw new Error(`the pod template ${hash} is not in the table`);
    return this.#write(hash, text);
  }

  async #get(hash: string): Promise<Template | undefined> {
    const item = await this.access.get(itemKey(PARTITION.template, hash));
    const body = item?.[FIELD.body]?.B;
    return body && { text: unpack(body), expires: Number(item?.[TABLE.expires]?.N) };
  }

  async #write(hash: string, text: string): Promise<Template> {
    const expires = Math.floor(this.clock.now() / 1000) + KEEP_SECONDS;
    await this.access.put({
      ...itemKey(PARTITION.template, hash),
      [FIELD.body]: { B: pack(text) },
      [TABLE.expires]: { N: String(expires) },
    });
    return { text, expires };
  }

  #cache(hash: string, template: Promise<Template>): void {
    this.#cached.delete(hash);
    this.#cached.set(hash, template);
    if (this.#cached.size > CACHED_MAX) this.#cached.delete(this.#cached.keys().next().value!);
  }

  #isAging({ expires }: Template): boolean {
    return expires - this.clock.now() / 1000 < KEEP_SECONDS / 2;
  }
}
