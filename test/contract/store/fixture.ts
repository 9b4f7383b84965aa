import type { Clock } from '../../../lib/ports/clock.js';
import type { Store } from '../../../lib/ports/store.js';

/** What the suite needs to know of an adapter. */
export interface StoreFixture {
  /** A new, empty store. `shortHistory`: one that `expire` can bring to forget. */
  open(options?: { readonly clock?: Clock; readonly shortHistory?: boolean }): Promise<Store>;
  /** Makes a store of short history forget what was up to now. It may write objects of the resource `fillers`. */
  expire(store: Store): Promise<void>;
  /** Ends a store's process and starts it again on the same data. Left out: the data ends with the process. */
  restart?(store: Store, options?: { readonly clock?: Clock }): Promise<Store>;
}

/** What each part of the suite is given. */
export interface Suite {
  readonly open: StoreFixture['open'];
  readonly fixture: StoreFixture;
  readonly stores: Store[];
}
