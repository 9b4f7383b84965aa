import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import { openNamespace } from './behaviour/served-cluster.js';
import type { Cluster } from './behaviour/cluster.js';
import type { Draft } from './behaviour/scenario.js';
import { startVirtualServer } from './behaviour/virtual-server.js';

const example = parse(
  readFileSync(fileURLToPath(new URL('../../examples/cronjob.yaml', import.meta.url)), 'utf8'),
) as Draft & Pick<CronJob, 'spec'>;
const MINUTE = Date.UTC(2026, 0, 1) / 60_000;

describe('examples/cronjob.yaml on the whole server, in virtual time', () => {
  let server: Awaited<ReturnType<typeof startVirtualServer>>;
  let cluster: Cluster & { close(): void };
  const jobNames = async () => (await cluster.jobs()).map(({ metadata }) => metadata.name).toSorted();

  beforeEach(async () => {
    server = await startVirtualServer();
    cluster = await openNamespace(server, 'default-2');
  });
  afterEach(async () => {
    cluster.close();
    await server.stop();
  });

  it('starts a Job with both containers each minute, none of them early', async () => {
    expect(await cluster.create(example)).toBeUndefined();
    await cluster.sleep(59_000);
    expect(await jobNames()).toEqual([]);
    await cluster.sleep(2 * 60_000 + 2000);
    expect(await jobNames()).toEqual([1, 2, 3].map((minute) => `hello-${MINUTE + minute}`));
    const pods = await cluster.pods();
    expect(pods.map(({ spec }) => spec.containers.map(({ name }) => name))).toEqual(
      Array.from({ length: 3 }, () => ['hello', 'goodbye']),
    );
  });

  it('is refused as batch/v1beta1, as Kubernetes has done since 1.25', async () => {
    const response = await server.fetch(
      new Request('http://server/apis/batch/v1beta1/namespaces/default-2/cronjobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...example, apiVersion: 'batch/v1beta1' }),
      }),
    );
    expect(response.status).toBe(404);
  });

  it('starts late what a resumed CronJob missed, but not after its deadline', async () => {
    await cluster.create({ ...example, spec: { ...example.spec, suspend: true } });
    await cluster.sleep(5 * 60_000 + 20_000);
    await cluster.patch('cronjobs', 'hello', { spec: { suspend: false } });
    await cluster.sleep(1000);
    expect(await jobNames()).toEqual([]);
    await cluster.patch('cronjobs', 'hello', { spec: { startingDeadlineSeconds: null } });
    await cluster.sleep(60_000);
    expect(await jobNames()).toEqual([`hello-${MINUTE + 6}`]);
  });

  it('says what a name, a time zone and a schedule must be', async () => {
    const spec = { ...example.spec, schedule: '61 * * * *', timeZone: 'Mars/Olympus' };
    expect(await cluster.create({ ...example, spec })).toMatchObject({
      code: 422,
      message: expect.stringMatching(/spec\.schedule: .*end of range \(61\) above maximum \(59\).*spec\.timeZone/s),
    });
  });
});
