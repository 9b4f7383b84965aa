import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startControlPlane, type ControlPlane } from '../../bin/local/control-plane.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { eventually } from '../support/eventually.js';
import { startPodman, whyNoPodman, type TestEngine } from '../support/podman.js';
import { skipped } from '../support/skipped.js';

const example = parse(readFileSync(fileURLToPath(new URL('../../examples/cronjob.yaml', import.meta.url)), 'utf8'));
const namespace = '/apis/batch/v1/namespaces/default';
/** A minute until the tick, and what a start takes. */
const MINUTE_AND_MORE = 180_000;

const runtimes = [
  { runtime: 'process', why: undefined },
  { runtime: 'container', why: whyNoPodman() },
] as const;

for (const { runtime, why } of runtimes) {
  const name = skipped(`examples/cronjob.yaml by the wall clock, ${runtime} runtime`, why);
  describe(name, { skip: why !== undefined }, () => {
    const dockerHost = process.env['DOCKER_HOST'];
    let engine: TestEngine | undefined;
    let folder: string;
    let plane: ControlPlane;

    beforeAll(async () => {
      if (runtime === 'container') engine = await startPodman();
      if (engine) process.env['DOCKER_HOST'] = engine.address;
      folder = await mkdtemp(join(tmpdir(), 'finite-cronjob-'));
      plane = await startControlPlane({ dataFolder: folder, runtime });
    });
    afterAll(async () => {
      if (dockerHost === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = dockerHost;
      await plane?.stop();
      await engine?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const items = async <T>(path: string): Promise<readonly T[]> =>
      (await plane.client.get(path))['items'] as readonly T[];
    const logOf = async (pod: Pod, container: string): Promise<string> => {
      const path = `/api/v1/namespaces/default/pods/${pod.metadata.name}/log?container=${container}`;
      const identity = { clientCertificate: { commonName: 'finite-admin', organizations: ['system:masters'] } };
      return (await plane.fetch(new Request(`http://server${path}`), identity)).text();
    };

    it('starts its Job at the minute, not before, and runs both containers to their end', async () => {
      await plane.client.create(`${namespace}/cronjobs`, { ...example, metadata: { name: 'hello' } });
      const completed = async (): Promise<Job | undefined> => {
        const [job] = await items<Job>(`${namespace}/jobs`);
        return job?.status.conditions?.some(({ type }) => type === 'Complete') ? job : undefined;
      };
      const job = await eventually('the first Job completes', completed, MINUTE_AND_MORE);
      const minute = Number(job.metadata.name.slice('hello-'.length)) * 60_000;
      const created = Date.parse(job.metadata.creationTimestamp!);
      expect(created).toBeGreaterThanOrEqual(minute);
      // Later than its startingDeadlineSeconds it would not have been started.
      expect(created).toBeLessThanOrEqual(minute + example.spec.startingDeadlineSeconds * 1000);
      const pods = await items<Pod>(`/api/v1/namespaces/default/pods?labelSelector=job-name%3D${job.metadata.name}`);
      expect(pods.map(({ status }) => status.phase)).toEqual(['Succeeded']);
      expect(await logOf(pods[0]!, 'hello')).toMatch(/^.*\d\d:\d\d:\d\d.*\nHello\n$/);
      expect(await logOf(pods[0]!, 'goodbye')).toBe('Goodbye\n');
    });
  });
}
