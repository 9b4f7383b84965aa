import { afterEach, describe } from 'vitest';
import type { Store } from '../../../lib/ports/store.js';
import { describeWriters } from './concurrent-writers.js';
import { describeFeed } from './feed.js';
import type { StoreFixture } from './fixture.js';
import { describeHistory } from './history.js';
import { describeLists } from './lists.js';
import { describeObjects } from './objects.js';
import { describeRestart } from './restart.js';

/** The suite of `lib/ports/store.ts`, for every adapter the same. */
export function describeStore(name: string, fixture: StoreFixture): void {
  describe(name, () => {
    const stores: Store[] = [];
    const open = async (options?: Parameters<StoreFixture['open']>[0]) => {
      const store = await fixture.open(options);
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    });
    const suite = { open, fixture, stores };
    describeObjects(suite);
    describeWriters(suite);
    describeLists(suite);
    describeFeed(suite);
    describeHistory(suite);
    if (fixture.restart) describeRestart(suite, fixture.restart.bind(fixture));
  });
}
