import { expect, test } from 'vitest';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { SeededIds } from '../../lib/adapters/memory/seeded-ids.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { EventRecorder } from '../../lib/manager/events/recorder.js';
import { TerminatingNamespaces } from '../../lib/manager/terminating-namespaces.js';
import { aJob, START_MS, World } from './world.js';

class Desk {
  readonly clock = new VirtualClock(START_MS);
  readonly store = new MemoryStore(this.clock);
  readonly warnings: string[] = [];
  #settled = (): void => {};
  readonly recorder = new EventRecorder(
    this.store,
    this.clock,
    new SeededIds(1),
    new TerminatingNamespaces(),
    { warn: (message) => this.warnings.push(message) },
    () => this.#settled(),
  );

  async record(message: string, object = aJob() as KubeObject, reason = 'Reason'): Promise<void> {
    const settled = new Promise<void>((resolve) => (this.#settled = resolve));
    this.recorder.record({ type: 'Normal', reason, message, component: 'tester', object });
    if (!this.recorder.idle) await settled;
  }

  async events(): Promise<readonly Event[]> {
    const { items } = await this.store.list({ resource: 'events' });
    return items.map(({ object }) => object as KubeObject & Event);
  }
}

test('an event tells of whom, what, when and how often', async () => {
  const desk = new Desk();
  await desk.record('something');
  const [event] = await desk.events();
  expect(event).toMatchObject({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'default', name: expect.stringMatching(/^j\.[0-9a-f]{16}$/) },
    involvedObject: { apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'j', uid: 'uid-of-j' },
    type: 'Normal',
    reason: 'Reason',
    message: 'something',
    source: { component: 'tester' },
    reportingComponent: 'tester',
    reportingInstance: '',
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
  });
});

test('the same again raises the count', async () => {
  const desk = new Desk();
  await desk.record('something');
  desk.clock.advanceTo(START_MS + 5000);
  await desk.record('something');
  const events = await desk.events();
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    count: 2,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:05Z',
  });
});

test('from the tenth on similar events within ten minutes are combined', async () => {
  const desk = new Desk();
  for (let n = 1; n <= 12; n++) await desk.record(`pod ${n}`);
  const events = await desk.events();
  expect(events).toHaveLength(10);
  expect(events.filter(({ message }) => message?.startsWith('(combined from similar events): '))).toMatchObject([
    { message: '(combined from similar events): pod 12', count: 3 },
  ]);
  desk.clock.advanceTo(START_MS + 600_001);
  await desk.record('pod 13');
  expect((await desk.events()).map(({ message }) => message)).toContain('pod 13');
});

test('an object may have 25 events at once, then one in five minutes; others are not held up', async () => {
  const desk = new Desk();
  for (let n = 1; n <= 40; n++) await desk.record(`message ${n}`, undefined, `Reason${n}`);
  expect(await desk.events()).toHaveLength(25);
  desk.clock.advanceTo(START_MS + 300_000);
  await desk.record('later', undefined, 'Later');
  await desk.record('too soon', undefined, 'TooSoon');
  await desk.record('another', aJob({}, {}, 'another') as KubeObject);
  const messages = (await desk.events()).map(({ message }) => message);
  expect(messages).toHaveLength(27);
  expect(messages).toEqual(expect.arrayContaining(['later', 'another']));
});

test('an event that somebody has deleted begins anew', async () => {
  const desk = new Desk();
  await desk.record('something');
  const [stored] = (await desk.store.list({ resource: 'events' })).items;
  await desk.store.delete(stored!.key, stored!.revision);
  await desk.record('something');
  await desk.record('something');
  expect(await desk.events()).toMatchObject([{ count: 1 }]);
});

test('events of cluster-wide objects are in the namespace default', async () => {
  const desk = new Desk();
  const metadata = { name: 'n', uid: 'u', creationTimestamp: '' };
  await desk.record('something', { apiVersion: 'v1', kind: 'Namespace', metadata });
  expect((await desk.events())[0]!.metadata.namespace).toBe('default');
});

test('a store that fails costs the event, not the work', async () => {
  const desk = new Desk();
  desk.store.create = () => Promise.reject(new Error('disk full'));
  await desk.record('something');
  expect(desk.warnings).toEqual(['An event could not be written.']);
});

test('events go an hour after they were last written', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob());
  expect(await world.list('events')).toHaveLength(2);
  await world.pass(1_800_000);
  await world.restart();
  await world.pass(1_799_999);
  expect(await world.list('events')).toHaveLength(2);
  await world.pass(10_001);
  expect(await world.list('events')).toEqual([]);
});
