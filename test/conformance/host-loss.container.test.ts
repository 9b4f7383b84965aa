import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { Host, type Loss } from '../support/host-loss.js';
import { startPodman, whyNoPodman, type TestEngine } from '../support/podman.js';
import { skipped } from '../support/skipped.js';

/** Back-off alone is ten seconds; the rest is up to how busy the machine is. */
const PATIENCE_MS = 300_000;

const why = whyNoPodman();

describe.skipIf(why !== undefined)(skipped('a pod whose container is lost', why), { timeout: PATIENCE_MS }, () => {
  const dockerHost = process.env['DOCKER_HOST'];
  let engine: TestEngine;
  let host: Host;
  let pods: Map<Loss, Pod>;

  const remove = ({ metadata: { uid } }: Pod) => {
    const ids = engine.podman('ps', '--all', '--quiet', '--filter', `label=finite.dev/pod-uid=${uid}`);
    engine.podman('rm', '--force', '--time', '0', ...ids.trim().split('\n'));
  };
  const losses: readonly Loss[] = [
    { name: 'removed', lose: remove },
    {
      name: 'removed-while-the-engine-restarted',
      lose: async (pod) => {
        await engine.pause();
        remove(pod);
        await engine.resume();
      },
    },
    { name: 'removed-while-finite-was-down', down: true, lose: remove },
  ];

  beforeAll(async () => {
    engine = await startPodman();
    process.env['DOCKER_HOST'] = engine.address;
    host = new Host('container', engine.image);
    pods = await host.loseAll(losses);
  }, PATIENCE_MS);
  afterAll(async () => {
    if (dockerHost === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = dockerHost;
    await host.close();
    await engine.close();
  });

  it.each(losses)('fails as disrupted and is replaced: $name', (loss) => host.expectReplaced(loss, pods.get(loss)!));
});
