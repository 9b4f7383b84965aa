import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import {
  Absent,
  formatKey,
  type ChangeBatch,
  type JsonObject,
  type ListOptions,
  type ObjectKey,
  type Page,
  type Range,
  type Revision,
  type Store,
  type StoredObject,
} from '../../../../lib/ports/store.js';
import type { SharedStore } from './shared-store.js';

/** A call that has been made and has not reached the store. */
interface Call {
  readonly from: object;
  readonly does: 'read' | 'create' | 'write' | 'delete';
  readonly key: string;
  /** Reaches the store; `answered`: whether the caller ever hears of it. */
  readonly run: (answered: boolean) => void;
}

/** Every call of every instance waits here until it is let through, in whatever order. */
export class Gate {
  readonly calls: Call[] = [];
  readonly dead = new WeakSet();

  constructor(readonly store: SharedStore) {}

  /** Lets one call through. A pod does not go before calls that make it have come. */
  pass(position: number): void {
    const [call] = this.calls.splice(position % this.calls.length, 1);
    if (call!.does === 'delete') this.passCreations(call!.key);
    call!.run(true);
  }

  passCreations(key: string): void {
    for (const call of this.#take((each) => each.does === 'create' && each.key === key)) call.run(true);
  }

  /** An instance dies; of its calls some still reach the store. */
  kill(instance: object, reaches: () => boolean): void {
    this.dead.add(instance);
    for (const call of this.#take(({ from }) => from === instance)) if (reaches()) call.run(false);
  }

  ask<T>(from: object, does: Call['does'], key: string, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.dead.has(from)) return;
      const through = (answered: boolean): void => {
        run().then(answered ? resolve : () => {}, answered ? reject : () => {});
      };
      this.calls.push({ from, does, key, run: through });
    });
  }

  #take(holds: (call: Call) => boolean): readonly Call[] {
    const taken = this.calls.filter(holds);
    for (const call of taken) this.calls.splice(this.calls.indexOf(call), 1);
    return taken;
  }
}

const AT_ONCE = new Set(['serviceaccounts', 'namespaces']);

/** The store as one instance has it. Events go nowhere: they are many, and decide nothing. */
export class GatedStore implements Store {
  constructor(
    readonly gate: Gate,
    readonly instance: object,
  ) {}

  get(key: ObjectKey): Promise<StoredObject | undefined> {
    const { memory } = this.gate.store;
    if (AT_ONCE.has(key.resource)) return memory.get(key);
    return this.#ask('read', formatKey(key), () => memory.get(key));
  }

  list(range: Range, options?: ListOptions): Promise<Page> {
    return this.#ask('read', range.resource, () => this.gate.store.memory.list(range, options));
  }

  async create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    if (key.resource === 'events') return { key, revision: 0, object };
    return this.#ask('create', formatKey(key), () => this.gate.store.create(key, object, record));
  }

  async replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    if (key.resource === 'events') throw new Absent(key);
    return this.#ask('write', formatKey(key), () => this.gate.store.replace(key, expected, object, record));
  }

  delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    return this.#ask('delete', formatKey(key), () => this.gate.store.delete(key, expected, last));
  }

  changes(): AsyncIterable<ChangeBatch> {
    throw new Error('nobody follows the feed here');
  }

  currentRevision(): Promise<Revision> {
    return this.gate.store.memory.currentRevision();
  }

  async close(): Promise<void> {}

  #ask<T>(does: Call['does'], key: string, run: () => Promise<T>): Promise<T> {
    return this.gate.ask(this.instance, does, key, run);
  }
}
