import { expect, it } from 'vitest';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { pagesOf } from '../../../lib/ports/store-support/pages.js';
import { job, object } from '../../contract/store/samples.js';

async function world(): Promise<MemoryStore> {
  const store = new MemoryStore(new VirtualClock(0));
  for (const name of ['a', 'b', 'c', 'd', 'e']) await store.create(job(name), object(name));
  return store;
}

async function namesOf(pages: ReturnType<typeof pagesOf>): Promise<string[][]> {
  const names: string[][] = [];
  for await (const { items } of pages) names.push(items.map(({ key }) => key.name));
  return names;
}

it('hold everything once, in order', async () => {
  const pages = pagesOf(await world(), { resource: 'jobs' }, { limit: 2 });
  expect(await namesOf(pages)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('begin after a key', async () => {
  const after = { namespace: 'default', name: 'c' };
  const pages = pagesOf(await world(), { resource: 'jobs' }, { limit: 2, after });
  expect(await namesOf(pages)).toEqual([['d', 'e']]);
});

it('are read when they are asked for, or as of one revision', async () => {
  const store = await world();
  const at = await store.currentRevision();
  const [now, then] = [
    pagesOf(store, { resource: 'jobs' }, { limit: 4 }),
    pagesOf(store, { resource: 'jobs' }, { limit: 4, at }),
  ];
  await Promise.all([now.next(), then.next()]);
  await store.create(job('f'), object('f'));
  expect(await namesOf(now)).toEqual([['e', 'f']]);
  expect(await namesOf(then)).toEqual([['e']]);
});

it('of nothing are one without items', async () => {
  expect(await namesOf(pagesOf(await world(), { resource: 'pods' }, { limit: 2 }))).toEqual([[]]);
});
