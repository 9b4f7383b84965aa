import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessRuntime } from '../../lib/adapters/local/process-runtime/process-runtime.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { makePod, scriptOf, startOf } from '../support/pods.js';
import { podRuntimeBasics } from './pod-runtime/basics.js';
import { podRuntimeContract } from './pod-runtime/suite.js';

const noIsolation = 'processes are not isolated';

podRuntimeContract('process', undefined, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'finite-processes-'));
  return {
    image: 'none',
    lacks: {
      images: 'processes have no images',
      network: noIsolation,
      users: noIsolation,
      'memory limits': noIsolation,
      mounts: 'processes cannot mount',
    },
    open: async () => {
      const runtime = await ProcessRuntime.open({ folder, clock: new SystemClock() });
      return { runtime, logs: runtime.logs };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

podRuntimeBasics('process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'finite-processes-'));
  const runtime = await ProcessRuntime.open({ folder, clock: new SystemClock() });
  return {
    runtime,
    request: (behaviour) => startOf(makePod(), { command: ['sh', '-c', scriptOf(behaviour)] }),
    close: async () => {
      await runtime.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
