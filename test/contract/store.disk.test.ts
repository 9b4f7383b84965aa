import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { DiskStore } from '../../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import type { Clock } from '../../lib/ports/clock.js';
import { RevisionExpired } from '../../lib/ports/store.js';
import type { Store } from '../../lib/ports/store.js';
import { object } from './store/samples.js';
import { describeStore } from './store/suite.js';

const SHORT_HISTORY = 5;
const base = mkdtempSync(join(tmpdir(), 'finite-store-'));
afterAll(() => rmSync(base, { recursive: true }));

let folders = 0;

/** Every case is run with all state in memory, and with so little of it that nearly everything is read from disk. */
for (const [name, limits] of [
  ['DiskStore', {}],
  ['DiskStore with hardly any memory', { cacheSize: 600, live: { changes: 3, bytes: 2000 } }],
] as const) {
  const options = (clock: Clock = new SystemClock()) => ({ clock, ...limits });
  describeStore(name, {
    open: ({ clock, shortHistory } = {}) =>
      DiskStore.open(join(base, String(folders++)), {
        ...options(clock),
        ...(shortHistory && { history: { changes: SHORT_HISTORY } }),
      }),
    expire: async (store) => {
      const now = await store.currentRevision();
      for (let n = 0; n < SHORT_HISTORY; n++) {
        const key = { resource: 'fillers', namespace: '', name: `${await store.currentRevision()}` };
        await store.create(key, object(key.name));
      }
      while (await remembers(store, now - 1)) await new Promise((resolve) => setImmediate(resolve));
    },
    restart: async (store, { clock } = {}) => {
      await store.close();
      return DiskStore.open((store as DiskStore).folder, options(clock));
    },
  });
}

async function remembers(store: Store, at: number): Promise<boolean> {
  return store.list({ resource: 'fillers' }, { at, limit: 1 }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RevisionExpired) return false;
      throw error;
    },
  );
}
