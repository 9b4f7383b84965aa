import { join } from 'node:path';
import { createApiServer, type ApiServer } from '../../lib/apiserver/app.js';
import { createAuthenticator } from '../../lib/apiserver/authentication.js';
import { DiskStore } from '../../lib/adapters/local/disk-store/disk-store.js';
import { RandomIds } from '../../lib/adapters/local/random-ids.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { parseSchedule } from '../../lib/controllers/cronjob/schedule.js';
import { createManager } from '../../lib/manager/manager.js';
import type { Log } from '../../lib/manager/log.js';
import { ApiClient } from './api-client.js';
import type { RuntimeChoice } from './runtime-choice.js';
import { openRuntime, type OpenRuntime } from './runtime.js';
import { kubernetesVersion } from '../../lib/apiserver/kubernetes-version.js';

export interface ControlPlaneOptions {
  readonly dataFolder: string;
  readonly runtime: RuntimeChoice;
  /** What the administrator's bearer token is; left out: there is none, only this process gets in. */
  readonly adminToken?: string;
  /** PEM, given to pods in their `kube-root-ca.crt`. */
  readonly certificateAuthority?: string;
  /** As in `ManagerOptions`. */
  readonly terminatedPodThreshold?: number;
}

/** Everything of one machine but the listener: store, API server, controllers and pod runtime in this process. */
export interface ControlPlane {
  readonly fetch: ApiServer['fetch'];
  /** Calls the API as the administrator, without a network between. */
  readonly client: ApiClient;
  readonly runtime: OpenRuntime;
  /** Stops reconciling and closes the store. Containers go on; a control plane on the same folder finds them again. */
  stop(): Promise<void>;
}

const administrator = { clientCertificate: { commonName: 'finite-admin', organizations: ['system:masters'] } } as const;

/** Opens a data folder, goes on with what is in it, and resolves when requests are answered. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const clock = new SystemClock();
  const ids = new RandomIds();
  const store = await DiskStore.open(join(options.dataFolder, 'store'), { clock });
  const runtime = await openRuntime(options.runtime, options.dataFolder, clock).catch(async (error: unknown) => {
    // An open store would keep the process from ending.
    await store.close();
    throw error;
  });
  const server = createApiServer({
    store,
    clock,
    ids,
    authenticator: createAuthenticator(adminTokens(options.adminToken)),
    podLogs: runtime.logs,
    parseSchedule,
    nodeName: runtime.runtime.nodeName,
    version: { gitVersion: kubernetesVersion },
    onError: (error, { method, url }) =>
      warnings.warn('A request could not be answered.', { method, path: new URL(url).pathname, error }),
  });
  const manager = createManager({
    store,
    runtime: runtime.runtime,
    clock,
    ids,
    log: warnings,
    rootCertificates: options.certificateAuthority,
    terminatedPodThreshold: options.terminatedPodThreshold,
  });
  await manager.start();
  return {
    fetch: server.fetch,
    client: new ApiClient((request) => server.fetch(request, administrator)),
    runtime,
    stop: async () => {
      await manager.stop();
      await runtime.runtime.close();
      await store.close();
    },
  };
}

function adminTokens(token: string | undefined): Parameters<typeof createAuthenticator>[0] {
  if (token === undefined) return [];
  return [{ token, user: { name: 'finite-admin', groups: ['system:masters'] } }];
}

/** One line per warning on standard error; details are names and messages, never objects. */
const warnings: Log = {
  warn: (message, details) => {
    const rest = Object.entries(details).map(([name, value]) => ` ${name}=${JSON.stringify(printable(value))}`);
    process.stderr.write(`${new Date().toISOString()} warning: ${message}${rest.join('')}\n`);
  },
};

function printable(value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
