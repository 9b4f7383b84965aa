import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { NoneRuntime } from '../../../lib/adapters/memory/none-runtime.js';
import { SeededIds } from '../../../lib/adapters/memory/seeded-ids.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { createApiServer } from '../../../lib/apiserver/app.js';
import { createAuthenticator } from '../../../lib/apiserver/authentication.js';
import { createManager, type ManagerOptions } from '../../../lib/manager/manager.js';
import type { Server } from './served-cluster.js';

const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };

/** The API server and all controllers on a memory store, in virtual time: minutes take no time, delays are exact. */
export async function startVirtualServer(
  options: Partial<ManagerOptions> & { readonly clock?: VirtualClock } = {},
): Promise<Server & { stop(): Promise<void> }> {
  const clock = options.clock ?? new VirtualClock(Date.UTC(2026, 0, 1));
  const [store, ids] = [new MemoryStore(clock), new SeededIds(1)];
  const authenticator = createAuthenticator([]);
  const api = createApiServer({ store, clock, ids, authenticator, version: { gitVersion: 'v1.36.3' } });
  const manager = createManager({ store, clock, ids, runtime: new NoneRuntime(), restMs: 0, ...options });
  await manager.start();

  /** Everything that can happen without time passing, and the watches have told of it. */
  const rest = async () => {
    await manager.idle();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    fetch: (request) => api.fetch(request, administrator),
    now: () => clock.now(),
    sleep: async (ms) => {
      const end = clock.now() + ms;
      await rest();
      for (let next = clock.nextAlarm(); next !== undefined && next <= end; next = clock.nextAlarm()) {
        clock.advanceTo(next);
        await rest();
      }
      clock.advanceTo(end);
    },
    stop: () => manager.stop(),
  };
}
