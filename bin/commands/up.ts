import { join, resolve } from 'node:path';
import { loadCredentials } from '../../lib/adapters/local/credentials.js';
import { adminKubeconfig, renewedKubeconfig } from '../../lib/adapters/local/kubeconfig.js';
import { listen } from '../../lib/adapters/local/node-http.js';
import { readIfThere, writePrivateFile } from '../../lib/adapters/local/private-files.js';
import { clientHost, formatAddress, reachableHosts, type Address } from '../local/address.js';
import { startControlPlane } from '../local/control-plane.js';
import type { RuntimeChoice } from '../local/runtime-choice.js';
import { shellQuote } from '../local/shell-quote.js';
import { whyUnusable } from '../local/unusable-folder.js';

export interface UpOptions {
  readonly data: string;
  readonly listen: Address;
  readonly runtime: RuntimeChoice;
  /** Finished pods beyond this number are deleted, the oldest first; 0: none are. */
  readonly terminatedPodGcThreshold?: number;
}

/** Requests under way may take so long to end after a stop; watches never end by themselves. */
const closeGraceMs = 1000;

/** Serves until SIGINT or SIGTERM. */
export async function up(options: UpOptions): Promise<void> {
  const server = await startServer(options);
  process.stdout.write(`export KUBECONFIG=${shellQuote(server.kubeconfig)}\n`);
  const signal = await nextSignal();
  process.stderr.write(`${signal}: stopping; pods go on, the next finite up finds them again\n`);
  await server.stop();
}

export interface RunningServer {
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Opens the data folder and listens. Rejects with a message that says what to do. */
export async function startServer(options: UpOptions): Promise<RunningServer> {
  const { data, listen: address, runtime, terminatedPodGcThreshold: terminatedPodThreshold } = options;
  const folder = resolve(data);
  const problem = await whyUnusable(folder);
  if (problem !== undefined) throw new Error(`the data folder cannot be used: ${problem}; choose another with --data`);
  const credentials = await loadCredentials(folder, reachableHosts(address.host), new Date());
  const plane = await startControlPlane({
    dataFolder: folder,
    runtime,
    terminatedPodThreshold,
    adminToken: credentials.adminToken,
    certificateAuthority: credentials.authority.certificate,
  });
  try {
    const http = await listen({
      ...address,
      authority: credentials.authority.certificate,
      certificate: credentials.server.certificate,
      privateKey: credentials.server.privateKey,
      fetch: plane.fetch,
    }).catch((error) => Promise.reject(explainListenError(error, address)));
    const url = `https://${formatAddress({ host: clientHost(address.host), port: http.port })}`;
    const kubeconfig = join(folder, 'kubeconfig');
    await writePrivateFile(
      kubeconfig,
      await renewedKubeconfig(await readIfThere(kubeconfig), adminKubeconfig(url, credentials)),
    );
    const { name } = plane.runtime.runtime;
    process.stderr.write(`finite serves the Kubernetes API on ${url}; runtime: ${name}; data: ${folder}\n`);
    for (const note of plane.runtime.notes) process.stderr.write(`${note}\n`);
    return {
      url,
      kubeconfig,
      stop: async () => {
        await http.close(closeGraceMs);
        await plane.stop();
      },
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

function explainListenError(error: unknown, address: Address): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = formatAddress(address);
  if (code === 'EADDRINUSE')
    return new Error(`${where} is in use; choose another with --listen HOST:PORT`, { cause: error });
  if (code === 'EACCES')
    return new Error(`listening on ${where} is not permitted; choose a port above 1023`, { cause: error });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Error(`${address.host} is not an address of this machine`, { cause: error });
  }
  return new Error(`cannot listen on ${where}: ${message}`, { cause: error });
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
