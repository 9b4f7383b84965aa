import { SeededIds } from '../../../../lib/adapters/memory/seeded-ids.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import {
  createStreamManager,
  type HandledBatch,
  type StreamManager,
} from '../../../../lib/manager/stream/stream-manager.js';
import { sweep, type SweepDepth } from '../../../../lib/manager/stream/sweep.js';
import type { Change } from '../../../../lib/ports/store.js';
import type { WakeKey, WakeUp } from '../../../../lib/ports/wake-ups.js';
import { turn } from '../../../support/virtual-time.js';
import { Gate, GatedStore } from './gate.js';
import { SharedStore } from './shared-store.js';

const SHARDS = 3;
/** More turns than any history needs: something goes round in circles. */
const TURNS_MAX = 50_000;

interface Instance {
  readonly id: object;
  readonly manager: StreamManager;
  busy: boolean;
}

/** Changes in the order of the stream; a batch is handed out again until it is handled. */
interface Shard {
  read: number;
  readonly changes: Change[];
  taken: number;
}

/** The functions on a stream: several instances, each with its own memory, that get batches and die. */
export class Functions {
  readonly clock: VirtualClock;
  readonly store: SharedStore;
  readonly gate: Gate;
  readonly wakeUps = new Map<string, WakeUp>();
  /** Something has been lost for good: only the sweep finds it. */
  lossy = false;
  readonly #instances: Instance[];
  readonly #shards: Shard[] = Array.from({ length: SHARDS }, () => ({ read: 0, changes: [], taken: 0 }));
  readonly #due: WakeKey[] = [];
  readonly #ids = new SeededIds(7);
  #told = 0;

  constructor(
    startMs: number,
    instances: number,
    /** A number from 0 up, as the history wants it. */
    readonly choose: () => number,
  ) {
    this.clock = new VirtualClock(startMs);
    this.store = new SharedStore(this.clock);
    this.gate = new Gate(this.store);
    this.#instances = Array.from({ length: instances }, () => this.#begin());
  }

  get isBusy(): boolean {
    return this.#instances.some(({ busy }) => busy);
  }

  /** Hands the next batch of a shard, and what is due, to an instance; nothing where either is at work. */
  deliver(shardAt: number, instanceAt: number, size: number): boolean {
    this.#distribute();
    const shard = this.#shards[shardAt % SHARDS]!;
    const instance = this.#instances[instanceAt % this.#instances.length]!;
    if (instance.busy || shard.taken > 0) return false;
    const changes = shard.changes.slice(shard.read, shard.read + size);
    const wakes = this.#takeDue();
    if (changes.length + wakes.length === 0) return false;
    shard.taken = changes.length;
    this.#handle(instance, shard, changes, wakes);
    return true;
  }

  /** A batch that has been handled comes again. */
  repeat(shardAt: number, instanceAt: number, position: number, size: number): void {
    const { changes, read } = this.#shards[shardAt % SHARDS]!;
    const instance = this.#instances[instanceAt % this.#instances.length]!;
    if (instance.busy || read === 0) return;
    const from = position % read;
    this.#handle(instance, undefined, changes.slice(from, Math.min(from + size, read)), []);
  }

  /** A batch that has failed too often, or too old a record. */
  loseBatch(shardAt: number, size: number): void {
    this.#distribute();
    const shard = this.#shards[shardAt % SHARDS]!;
    if (shard.taken > 0 || shard.read === shard.changes.length) return;
    shard.read = Math.min(shard.read + size, shard.changes.length);
    this.lossy = true;
  }

  loseWakeUp(): void {
    const [id] = this.wakeUps.keys();
    if (id !== undefined && this.wakeUps.delete(id)) this.lossy = true;
  }

  repeatWakeUp(position: number): void {
    const wakeUps = [...this.wakeUps.values()];
    if (wakeUps.length > 0) this.#due.push(wakeUps[position % wakeUps.length]!);
  }

  /** The instance stops wherever it is, and another one takes its place. */
  kill(instanceAt: number): void {
    const position = instanceAt % this.#instances.length;
    const instance = this.#instances[position]!;
    this.gate.kill(instance.id, () => this.choose() % 2 === 0);
    this.#instances[position] = this.#begin();
    this.#abandoned.get(instance.id)?.();
  }

  /** Lets calls reach the store, and what follows from them happen. */
  async step(calls: number): Promise<void> {
    for (let n = 0; n < calls && this.gate.calls.length > 0; n++) {
      this.gate.pass(this.choose());
      await turn();
      if (this.store.broken !== undefined) throw this.store.broken;
    }
  }

  /** Lets time pass, whatever is under way. */
  async wait(ms: number): Promise<void> {
    this.clock.advanceTo(this.clock.now() + ms);
    await turn();
  }

  /** Everything that has happened is handled, and all is quiet until time passes. */
  async settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      if (turns > TURNS_MAX) throw new Error('the functions do not come to rest');
      this.#distribute();
      // Others begin while some are at work.
      if (this.choose() % 4 === 0 && this.#deliverAny()) await turn();
      else if (this.gate.calls.length > 0) await this.step(1);
      else if (this.#deliverAny()) await turn();
      else if (this.isBusy) await this.#waitInside();
      else return;
    }
  }

  async sweep(depth: SweepDepth): Promise<void> {
    const found = await sweep({ store: this.store.memory, clock: this.clock, depth });
    this.#due.push(...found.wakes);
  }

  nextWake(): number | undefined {
    const times = Array.from(this.wakeUps.values(), ({ atMs }) => atMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** How to give back what an instance has taken. */
  readonly #abandoned = new WeakMap<object, () => void>();

  #begin(): Instance {
    const id = {};
    const { clock } = this;
    const store = new GatedStore(this.gate, id);
    const controllers = ['job', 'garbage-collector'] as const;
    const manager = createStreamManager({
      store,
      clock,
      ids: this.#ids,
      runtime: { nodeName: 'fargate' },
      controllers,
    });
    return { id, manager, busy: false };
  }

  #handle(instance: Instance, shard: Shard | undefined, changes: readonly Change[], wakes: readonly WakeKey[]): void {
    instance.busy = true;
    const giveBack = (): void => {
      if (shard) shard.taken = 0;
      this.#due.push(...wakes);
    };
    this.#abandoned.set(instance.id, giveBack);
    const done = ({ failed, wakeUps }: HandledBatch): void => {
      if (this.gate.dead.has(instance.id)) return;
      this.#abandoned.delete(instance.id);
      instance.busy = false;
      for (const wakeUp of wakeUps) this.#ensure(wakeUp);
      if (failed.length > 0) return giveBack();
      if (shard) {
        shard.read += shard.taken;
        shard.taken = 0;
      }
    };
    instance.manager.handle({ changes, wakes }).then(done, (error: unknown) => (this.store.broken ??= error));
  }

  #ensure(wakeUp: WakeUp): void {
    const id = `${wakeUp.controller} ${wakeUp.key}`;
    if ((this.wakeUps.get(id)?.atMs ?? Infinity) > wakeUp.atMs) this.wakeUps.set(id, wakeUp);
  }

  #takeDue(): readonly WakeKey[] {
    for (const [id, wakeUp] of this.wakeUps) {
      if (wakeUp.atMs > this.clock.now()) continue;
      this.wakeUps.delete(id);
      this.#due.push(wakeUp);
    }
    return this.#due.splice(0);
  }

  #deliverAny(): boolean {
    const first = this.choose();
    const size = 1 + (this.choose() % 8);
    for (let shard = 0; shard < SHARDS; shard++) {
      for (let at = 0; at < this.#instances.length; at++)
        if (this.deliver(first + shard, first + at, size)) return true;
    }
    return false;
  }

  /** Somebody waits for a moment: nothing else is left to do. */
  async #waitInside(): Promise<void> {
    await turn();
    if (this.gate.calls.length > 0 || !this.isBusy) return;
    const next = this.clock.nextAlarm();
    if (next === undefined) throw new Error('an instance waits for nothing');
    this.clock.advanceTo(Math.max(next, this.clock.now()));
    await turn();
  }

  /** Changes of one key stay in order; those of different keys may overtake each other. */
  #distribute(): void {
    for (; this.#told < this.store.stream.length; this.#told++) {
      const change = this.store.stream[this.#told]!;
      const { resource, name } = change.key;
      const shard = resource === 'pods' ? 1 + (name.charCodeAt(name.length - 1) % (SHARDS - 1)) : 0;
      this.#shards[shard]!.changes.push(change);
    }
  }
}
