import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { colours } from '../colours.js';
import { DiskStore } from '../../lib/adapters/local/disk-store/disk-store.js';
import { probeEngines } from '../../lib/adapters/local/pick-runtime.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { formatAddress, type Address } from '../local/address.js';
import type { RuntimeChoice } from '../local/runtime-choice.js';
import { whyUnusable } from '../local/unusable-folder.js';

/** What was looked at, what was found, and what to do where it is not well. */
interface Finding {
  readonly subject: string;
  readonly well: boolean;
  readonly text: string;
  readonly details?: readonly string[];
}

/** Says what `finite up` with the same options would find; resolves with false where it would fail. */
export async function doctor(
  options: { readonly data: string; readonly listen: Address; readonly runtime: RuntimeChoice },
  out: NodeJS.WritableStream,
): Promise<boolean> {
  const findings = await Promise.all([
    examineRuntime(options.runtime),
    examineAddress(options.listen),
    examineData(resolve(options.data)),
  ]);
  for (const { subject, well, text, details = [] } of findings) {
    out.write(`${well ? colours.green('ok  ') : colours.red('bad ')} ${subject}: ${text}\n`);
    for (const detail of details) out.write(`       ${colours.dim(detail)}\n`);
  }
  return findings.every(({ well }) => well);
}

async function examineRuntime(choice: RuntimeChoice): Promise<Finding> {
  const subject = 'runtime';
  if (choice === 'process') return { subject, well: true, text: 'processes, as asked; images are not used' };
  if (choice !== 'auto' && choice !== 'container') return { subject, well: true, text: `${choice}, as asked` };
  const probes = await probeEngines();
  const details = probes.map(({ address, problem }) => `${address}: ${problem ?? 'answers'}`);
  const found = probes.find(({ version }) => version !== undefined);
  if (found?.version !== undefined) {
    const { product, version } = found.version;
    return { subject, well: true, text: `containers of ${product} ${version} at ${found.address}`, details };
  }
  if (choice === 'auto') return { subject, well: true, text: 'processes: no container engine answers', details };
  return { subject, well: false, text: 'no container engine answers; start one, or set DOCKER_HOST', details };
}

async function examineAddress(address: Address): Promise<Finding> {
  const where = formatAddress(address);
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((found) => {
    const server = createServer();
    server.once('error', found);
    server.listen(address.port, address.host, () => server.close(() => found(undefined)));
  });
  if (problem === undefined) return { subject: 'address', well: true, text: `${where} is free` };
  const why = problem.code === 'EADDRINUSE' ? 'is in use; choose another with --listen HOST:PORT' : problem.message;
  return { subject: 'address', well: false, text: `${where} ${why}` };
}

async function examineData(folder: string): Promise<Finding> {
  const subject = 'data';
  const problem = await whyUnusable(folder);
  if (problem !== undefined) return { subject, well: false, text: `${problem}; choose another with --data` };
  const store = join(folder, 'store');
  if (!existsSync(store)) return { subject, well: true, text: `${folder} is new; finite up makes it` };
  try {
    const opened = await DiskStore.open(store, { clock: new SystemClock() });
    const { items } = await opened.list({ resource: 'jobs' }, { limit: 1000 });
    await opened.close();
    const many = items.length === 1000 ? '1,000 or more' : String(items.length);
    return { subject, well: true, text: `${folder} is sound; Jobs: ${many}` };
  } catch (error) {
    return { subject, well: false, text: error instanceof Error ? error.message : String(error) };
  }
}
