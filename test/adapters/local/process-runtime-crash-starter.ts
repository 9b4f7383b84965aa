/**
 * The server that the crash test kills: opens the folder, asks for every start that has not ended, and says so when all
 * have. Each program notes that it ran.
 */
import { join } from 'node:path';
import { ProcessRuntime } from '../../../lib/adapters/local/process-runtime/process-runtime.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { startOf, makePod } from '../../support/pods.js';

/** How a container ended. */
export interface End {
  readonly exitCode: number;
  readonly reason: string;
}

const [folder, ran, count] = process.argv.slice(2) as [string, string, string];
const runtime = await ProcessRuntime.open({ folder, clock: new SystemClock() });
const wakers = new Map<string, () => void>();
runtime.onChange(({ uid }) => wakers.get(uid)?.());
const server = setInterval(() => {}, 1000);

const reports = await Promise.all(Array.from({ length: Number(count) }, (_, index) => runToEnd(index)));
process.stdout.write(JSON.stringify(reports));
await runtime.close();
clearInterval(server);

async function runToEnd(index: number): Promise<End> {
  const uid = `pod-${index}`;
  const made = makePod();
  const pod = { ...made, metadata: { ...made.metadata, uid } };
  const script = `echo ran >> ${join(ran, uid)}; sleep 0.${index % 10}; exit ${index % 200}`;
  for (;;) {
    const changed = new Promise<void>((resolve) => wakers.set(uid, resolve));
    const [report] = (await runtime.observe({ uid, namespace: 'default', name: 'pi' })).containers;
    if (report?.state.type === 'terminated') return report.state;
    if (report === undefined) await runtime.start(startOf(pod, { command: ['sh', '-c', script] }));
    else await changed;
  }
}
