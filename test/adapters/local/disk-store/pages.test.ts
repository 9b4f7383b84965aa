import { describe, expect, it } from 'vitest';
import { job, object } from '../../../contract/store/samples.js';
import { DataFolder } from './data-folder.js';

const data = new DataFolder();

describe('a page', () => {
  it('knows how many follow it, up to a thousand', async () => {
    const store = await data.open();
    await Promise.all(Array.from({ length: 1010 }, (_, n) => store.create(job(`j${n + 1000}`), object('j'))));
    const first = await store.list({ resource: 'jobs' }, { limit: 9 });
    expect(first.next).toEqual({ namespace: 'default', name: 'j1008' });
    expect(first.remaining).toBeUndefined();
    const second = await store.list({ resource: 'jobs' }, { limit: 1, after: first.next, at: first.revision });
    expect(second.remaining).toBe(1000);
  });
});
