import { expect, it } from 'vitest';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { TellingStore } from '../../../lib/manager/stream/telling-store.js';
import type { Change, ObjectKey, Revision } from '../../../lib/ports/store.js';

const key: ObjectKey = { resource: 'configmaps', namespace: 'default', name: 'a' };

function configMap(text: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'default', uid: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { text },
  };
}

function world() {
  const underneath = new MemoryStore(new VirtualClock(0));
  const wrote: { readonly change: Change; readonly expected: Revision | undefined }[] = [];
  const told: string[] = [];
  const store = new TellingStore(underneath, {
    wrote: (change, expected) => void wrote.push({ change, expected }),
    found: ({ revision }) => void told.push(`found ${revision}`),
    missed: ({ name }) => void told.push(`missed ${name}`),
  });
  return { underneath, store, wrote, told };
}

it('tells of each write what it replaced', async () => {
  const { store, wrote } = world();
  const created = await store.create(key, configMap('one'));
  const replaced = await store.replace(key, created.revision, configMap('two'));
  const deleted = await store.delete(key, replaced.revision);
  expect(wrote).toEqual([
    { change: { type: 'created', ...created }, expected: undefined },
    { change: { type: 'replaced', ...replaced, previous: created.object }, expected: created.revision },
    { change: { type: 'deleted', ...deleted, previous: replaced.object }, expected: replaced.revision },
  ]);
});

it('knows what a write replaces from lists and reads, too', async () => {
  const { underneath, store, wrote } = world();
  const created = await underneath.create(key, configMap('one'));
  await store.list({ resource: 'configmaps' });
  const replaced = await underneath.replace(key, created.revision, configMap('two'));
  await store.get(key);
  await store.replace(key, replaced.revision, configMap('three'));
  expect(wrote.map(({ change }) => change.previous)).toEqual([replaced.object]);
});

it('tells nothing of what was replaced where that was never read', async () => {
  const { underneath, store, wrote } = world();
  const created = await store.create(key, configMap('one'));
  const unread = await underneath.replace(key, created.revision, configMap('two'));
  await store.replace(key, unread.revision, configMap('three'));
  expect(wrote.at(-1)!.change).not.toHaveProperty('previous');
});

it('is not led back by a read that comes late', async () => {
  const { underneath, store, wrote } = world();
  const created = await store.create(key, configMap('one'));
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  const get = underneath.get.bind(underneath);
  underneath.get = async (asked) => {
    const stored = await get(asked);
    await held;
    return stored;
  };
  const late = store.get(key);
  const replaced = await store.replace(key, created.revision, configMap('two'));
  answer();
  expect((await late)?.revision).toBe(created.revision);
  await store.replace(key, replaced.revision, configMap('three'));
  expect(wrote.at(-1)!.change.previous).toEqual(replaced.object);
});

it('tells what was in the way of a write', async () => {
  const { underneath, store, told } = world();
  const created = await underneath.create(key, configMap('one'));
  await expect(store.create(key, configMap('two'))).rejects.toThrow();
  const replaced = await underneath.replace(key, created.revision, configMap('two'));
  await expect(store.replace(key, created.revision, configMap('three'))).rejects.toThrow();
  await underneath.delete(key, replaced.revision);
  await expect(store.replace(key, replaced.revision, configMap('three'))).rejects.toThrow();
  expect(told).toEqual([`found ${created.revision}`, `found ${replaced.revision}`, 'missed a']);
});
