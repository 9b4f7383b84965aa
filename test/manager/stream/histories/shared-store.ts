import { MemoryStore } from '../../../../lib/adapters/memory/memory-store.js';
import type { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import { TRACKING_FINALIZER } from '../../../../lib/apis/batch/v1/job/well-known.js';
import {
  formatKey,
  type Change,
  type JsonObject,
  type ObjectKey,
  type Revision,
  type StoredObject,
} from '../../../../lib/ports/store.js';

export interface Write {
  readonly resource: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** The one store of all instances, its stream, and what is in it, to be looked at without waiting. */
export class SharedStore {
  readonly memory: MemoryStore;
  readonly now = new Map<string, StoredObject>();
  readonly stream: Change[] = [];
  onWrite: (write: Write) => void = () => {};
  /** A promise that was broken by a write. */
  broken: unknown;

  constructor(clock: VirtualClock) {
    this.memory = new MemoryStore(clock, { historyChanges: 0 });
  }

  create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#written('created', this.memory.create(key, object, record));
  }

  replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#written('replaced', this.memory.replace(key, expected, object, record));
  }

  delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    return this.#written('deleted', this.memory.delete(key, expected, last), last === undefined);
  }

  /** `letsGo`: the write would have taken the last finalizer off, and nothing else keeps the object. */
  async #written(type: Change['type'], writing: Promise<StoredObject>, letsGo = false): Promise<StoredObject> {
    const stored = await writing;
    const text = formatKey(stored.key);
    const before = this.now.get(text)?.object;
    if (type === 'deleted') this.now.delete(text);
    else this.now.set(text, stored);
    this.stream.push({ ...stored, type, ...(before && { previous: before }) });
    const { resource } = stored.key;
    try {
      if (type !== 'deleted') this.onWrite({ resource, ...(before && { before }), after: stored.object });
      else if (letsGo) this.#tellLetGo(resource, before!);
      else this.onWrite({ resource, before: stored.object });
    } catch (error) {
      this.broken ??= error;
    }
    return stored;
  }

  #tellLetGo(resource: string, before: KubeObject): void {
    const finalizers = (before.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER);
    const free = { ...before, metadata: { ...before.metadata, finalizers } };
    this.onWrite({ resource, before, after: free });
    this.onWrite({ resource, before: free });
  }
}
