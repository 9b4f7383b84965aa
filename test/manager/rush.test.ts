import { expect, test } from 'vitest';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import { Rush } from '../../lib/manager/rush.js';
import { Timers } from '../../lib/manager/timers.js';
import { Lane } from '../../lib/manager/work-queue.js';
import { World } from './world.js';

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A punctual lane and one that can wait; work ends when the test says so. */
class TwoLanes {
  readonly clock = new VirtualClock(0);
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #timers = new Timers(this.clock);
  readonly rush = new Rush(this.#timers);
  readonly punctual = this.#lane(true);
  readonly patient = this.#lane(false);

  constructor() {
    this.rush.whenOver(() => this.punctual.resume());
    this.rush.whenOver(() => this.patient.resume());
  }

  /** The keys look again at `atMs`. */
  async wakeAt(atMs: number, ...keys: string[]): Promise<void> {
    for (const key of keys) this.punctual.add(key);
    await turns();
    for (const key of keys) this.#wakes.set(key, atMs);
    await this.end(...keys);
    this.#wakes.clear();
    this.begun.length = 0;
  }

  async end(...keys: string[]): Promise<void> {
    for (const key of keys) {
      while (!this.#ends.has(key)) await turns();
      this.#ends.get(key)!();
      this.#ends.delete(key);
    }
    await turns();
  }

  async advanceTo(ms: number): Promise<void> {
    this.clock.advanceTo(ms);
    await turns();
  }

  readonly #wakes = new Map<string, number>();

  #lane(punctual: boolean): Lane {
    const work = async (key: string, rushed: boolean) => {
      this.begun.push(rushed ? `${key} rushed` : key);
      await new Promise<void>((resolve) => this.#ends.set(key, resolve));
      return this.#wakes.get(key);
    };
    const options = { concurrency: 2, restMs: 0, failed: () => {}, isConflict: () => false, rush: this.rush };
    return new Lane(this.#timers, { ...options, work, punctual }, () => {});
  }
}

test('keys whose time has come go before those that wait, in their lane and in others', async () => {
  const lanes = new TwoLanes();
  await lanes.wakeAt(1000, 'a', 'b', 'c');
  await lanes.advanceTo(1000);
  lanes.patient.add('other');
  lanes.punctual.add('changed');
  await turns();
  expect(lanes.begun).toEqual(['a rushed', 'b rushed']);
  await lanes.end('a', 'b');
  expect(lanes.begun).toEqual(['a rushed', 'b rushed', 'c']);
  expect(lanes.patient.idle).toBe(false);
  await lanes.end('c');
  expect(lanes.begun.slice(3).toSorted()).toEqual(['changed', 'other']);
});

test('a rush that does not end lets the others go on after two seconds', async () => {
  const lanes = new TwoLanes();
  await lanes.wakeAt(1000, 'stuck');
  await lanes.advanceTo(1000);
  lanes.patient.add('other');
  await lanes.advanceTo(2999);
  expect(lanes.begun).toEqual(['stuck']);
  await lanes.advanceTo(3000);
  expect(lanes.begun).toEqual(['stuck', 'other']);
});

test('a lane that is stopped holds nobody back', async () => {
  const lanes = new TwoLanes();
  await lanes.wakeAt(1000, 'a', 'b', 'c', 'd');
  await lanes.advanceTo(1000);
  lanes.patient.add('other');
  lanes.punctual.stop();
  await lanes.end('a', 'b');
  expect(lanes.begun).toEqual(['a rushed', 'b rushed', 'other']);
});

test('the Jobs of one minute are all made before anything is made of them or told', async () => {
  const world = await new World().start();
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  for (const name of names) {
    await world.create('cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, namespace: 'default', generation: 1 },
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
      status: {},
    });
  }
  const before = await world.store.currentRevision();
  await world.pass(60_000);
  const written: string[] = [];
  for await (const { changes, revision } of world.store.changes({}, before, AbortSignal.timeout(60_000))) {
    written.push(...changes.map(({ type, key }) => `${key.resource} ${type}`));
    if (revision === (await world.store.currentRevision())) break;
  }
  expect(written.slice(0, names.length)).toEqual(names.map(() => 'jobs created'));
  expect(written.filter((write) => write === 'jobs created')).toHaveLength(names.length);
  const events = await world.list<Event>('events');
  for (const name of names) {
    const { status } = (await world.get<CronJob>('cronjobs', name))!;
    const at = '2026-01-01T00:01:00Z';
    expect(status).toEqual({ lastScheduleTime: at, lastSuccessfulTime: at });
    const told = events.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason }) => reason);
    expect(told.toSorted()).toEqual(['SawCompletedJob', 'SuccessfulCreate']);
  }
  await world.manager.stop();
});
