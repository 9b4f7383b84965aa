import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { object } from './store/samples.js';
import { describeStore } from './store/suite.js';

const SHORT_HISTORY = 5;

describeStore('MemoryStore', {
  open: async ({ clock = new SystemClock(), shortHistory } = {}) =>
    new MemoryStore(clock, shortHistory ? { historyChanges: SHORT_HISTORY } : {}),
  expire: async (store) => {
    for (let n = 0; n < SHORT_HISTORY; n++) {
      const key = { resource: 'fillers', namespace: '', name: `${await store.currentRevision()}` };
      await store.create(key, object(key.name));
    }
  },
});
