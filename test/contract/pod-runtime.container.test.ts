import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerRuntime } from '../../lib/adapters/local/container-runtime/container-runtime.js';
import { engineAddresses } from '../../lib/adapters/local/container-runtime/engine-address.js';
import { Engine } from '../../lib/adapters/local/container-runtime/engine.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { startPodman, whyNoPodman } from '../support/podman.js';
import { makePod, scriptOf, startOf } from '../support/pods.js';
import { podRuntimeBasics } from './pod-runtime/basics.js';
import { podRuntimeContract } from './pod-runtime/suite.js';

const start = async () => {
  const podman = await startPodman();
  const folder = await mkdtemp(join(tmpdir(), 'finite-containers-'));
  const [address] = engineAddresses({ DOCKER_HOST: podman.address });
  return {
    image: podman.image,
    lacks: {},
    open: async () => {
      const engine = await Engine.connect(address!);
      const runtime = await ContainerRuntime.open({ folder, engine, clock: new SystemClock() });
      return { runtime, logs: runtime.logs };
    },
    close: async () => {
      await podman.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

podRuntimeContract('container', whyNoPodman(), start);

if (whyNoPodman() === undefined) {
  podRuntimeBasics('container', async () => {
    const { open, image, close } = await start();
    const { runtime } = await open();
    return {
      runtime,
      request: (behaviour) => startOf(makePod([{ image }]), { command: ['sh', '-c', scriptOf(behaviour)] }),
      close: async () => {
        await runtime.close();
        await close();
      },
    };
  });
}
