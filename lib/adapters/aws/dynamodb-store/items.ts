import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Clock } from '../../../ports/clock.js';
import type { Change, JsonObject, ObjectKey, Revision, StoredObject } from '../../../ports/store.js';
import { withRevision } from '../../../ports/store-support/revision.js';
import { TABLE } from '../names.js';
import { bodyFields, readBody } from './chunks.js';
import { FIELD, objectKeyOf } from './keys.js';
import { pack, unpack } from './packing.js';
import type { TableAccess } from './table-access.js';
import type { Item } from './stream-record.js';
import { templateText, type Templates } from './templates.js';

/** A change as the feed keeps it: with who wrote it, and all that is needed to undo it. */
export interface FeedEntry {
  readonly change: Change;
  readonly writer: string;
  /** The record before the change. */
  readonly previousRecord?: JsonObject;
}

/** Kubernetes keeps an event for an hour after its last occurrence (`--event-ttl`); here the table's TTL removes it. */
const EVENT_SECONDS = 3600;

export class Items {
  constructor(
    readonly access: TableAccess,
    readonly templates: Templates,
    readonly clock: Clock,
  ) {}

  /** The fields that hold an object. What they refer to is in the table when this resolves. `id`: of this write. */
  async objectFields(key: ObjectKey, object: KubeObject, id: string): Promise<Item> {
    const { resourceVersion: _replaced, ...metadata } = object.metadata;
    const template = templateText(key, object);
    const hash = template === undefined ? undefined : await this.templates.ensure(template);
    const packed = pack(JSON.stringify({ ...object, metadata }), hintsOf(key, template));
    const chunkId = `${key.resource}/${key.namespace}/${key.name}/${id}`;
    return {
      ...(await bodyFields(this.access, packed, chunkId)),
      ...(hash !== undefined && { [FIELD.template]: { S: hash } }),
      ...(key.resource === 'events' && { [TABLE.expires]: { N: String(this.secondsFromNow(EVENT_SECONDS)) } }),
    };
  }

  recordFields(key: ObjectKey, record: JsonObject | undefined): Item {
    return record === undefined ? {} : { [FIELD.record]: { B: pack(JSON.stringify(record), hintsOf(key)) } };
  }

  recordOf(key: ObjectKey, item: Item): JsonObject | undefined {
    const packed = item[FIELD.record]?.B;
    return packed && (JSON.parse(unpack(packed, hintsOf(key))) as JsonObject);
  }

  /** What an item holds, be it there or gone. Undefined for items that are no objects. */
  async decode(item: Item): Promise<StoredObject | undefined> {
    const key = objectKeyOf(item);
    if (key === undefined) return undefined;
    const [body, template] = await Promise.all([readBody(this.access, item), this.#templateOf(item)]);
    if (body === undefined) return undefined;
    const record = this.recordOf(key, item);
    const revision = revisionOf(item);
    const object = withRevision(JSON.parse(unpack(body, hintsOf(key, template))) as KubeObject, revision);
    return { key, revision, object, ...(record && { record }) };
  }

  /** Whether readers are not to see the item: it is deleted, or the table's TTL is late to remove it. */
  isGone(item: Item): boolean {
    const expires = item[TABLE.expires]?.N;
    return FIELD.gone in item || (expires !== undefined && Number(expires) * 1000 <= this.clock.now());
  }

  /**
   * What a write did to an object, from the item before and after it. Undefined where it did nothing to one: other items,
   * and the removal of a deleted one. `removedAtMs`: when the TTL removed an item, which leaves no revision of its own.
   */
  async entryOf(
    before: Item | undefined,
    after: Item | undefined,
    removedAtMs: number,
  ): Promise<FeedEntry | undefined> {
    if (after === undefined) return before && this.#expiry(before, removedAtMs);
    const state = await this.decode(after);
    if (state === undefined) return undefined;
    const writer = after[FIELD.writer]!.S!;
    const wasThere = before !== undefined && !(FIELD.gone in before);
    const previous = wasThere ? await this.decode(before) : undefined;
    const type = FIELD.gone in after ? 'deleted' : wasThere ? 'replaced' : 'created';
    return {
      change: { type, ...state, ...(previous && { previous: previous.object }) },
      writer,
      ...(previous?.record && { previousRecord: previous.record }),
    };
  }

  secondsFromNow(seconds: number): number {
    return Math.floor(this.clock.now() / 1000) + seconds;
  }

  async #expiry(before: Item, removedAtMs: number): Promise<FeedEntry | undefined> {
    const last = FIELD.gone in before ? undefined : await this.decode(before);
    if (last === undefined) return undefined;
    // The same for everybody who reads this record of the stream.
    const revision = Math.max(last.revision + 1, removedAtMs * 1000);
    const object = withRevision(last.object, revision);
    return {
      change: { type: 'deleted', ...last, revision, object, previous: last.object },
      writer: 'ttl.0',
      ...(last.record && { previousRecord: last.record }),
    };
  }

  async #templateOf(item: Item): Promise<string | undefined> {
    const hash = item[FIELD.template]?.S;
    return hash === undefined ? undefined : this.templates.read(hash);
  }
}

export function revisionOf(item: Item): Revision {
  return Number(item[FIELD.revision]?.N);
}

/** The names are in the item's key already. */
function hintsOf({ namespace, name }: ObjectKey, template = ''): string[] {
  return [template, `{"metadata":{"name":${JSON.stringify(name)},"namespace":${JSON.stringify(namespace)}`];
}
