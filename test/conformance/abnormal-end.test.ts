import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { loadCredentials } from '../../lib/adapters/local/credentials.js';
import { adminKubeconfig } from '../../lib/adapters/local/kubeconfig.js';
import { listen, type HttpServer } from '../../lib/adapters/local/node-http.js';
import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import { installedKubectls, runKubectl } from '../support/kubectl.js';
import { startVirtualServer } from './behaviour/virtual-server.js';

/** When each of the seven pods begins, in seconds: each lasts 5 s and is followed by 10 s, 20 s, 40 s … of back-off. */
const begins = [0, 15, 40, 85, 170, 335, 660];
const endsMs = 665_000;

const folder = mkdtempSync(join(tmpdir(), 'finite-abnormal-end-'));
const kubeconfig = join(folder, 'kubeconfig');
/** So that it has ended just now by the clock of kubectl. */
const startMs = Math.floor(Date.now() / 1000) * 1000 - endsMs;
let server: Awaited<ReturnType<typeof startVirtualServer>>;
let http: HttpServer;

beforeAll(async () => {
  const clock = new VirtualClock(startMs);
  server = await startVirtualServer({ clock, runtime: new InstantRuntime(clock) });
  const manifest = parse(readFileSync(new URL('../../examples/abnormal-end.yaml', import.meta.url), 'utf8'));
  manifest.spec.template.metadata = { annotations: { 'finite.dev/run-ms': '5000', 'finite.dev/exit-code': '1' } };
  await server.sleep(0);
  await call('/apis/batch/v1/namespaces/default/jobs', JSON.stringify(manifest));
  await server.sleep(endsMs);
  const credentials = await loadCredentials(folder, ['127.0.0.1'], new Date());
  http = await listen({
    host: '127.0.0.1',
    port: 0,
    authority: credentials.authority.certificate,
    certificate: credentials.server.certificate,
    privateKey: credentials.server.privateKey,
    fetch: (request) => server.fetch(request),
  });
  writeFileSync(kubeconfig, adminKubeconfig(`https://127.0.0.1:${http.port}`, { ...credentials, adminToken: '' }));
});
afterAll(async () => {
  await http.close(0);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function call<T>(path: string, body?: string): Promise<T> {
  const post = body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const response = await server.fetch(new Request(`http://server${path}`, { ...post }));
  return (await response.json()) as T;
}

const created = begins.map(() => 'Normal SuccessfulCreate Created pod: abnormal-end-0-*****');
const limit = 'Job has reached the specified backoff limit';

describe('the example abnormal-end after eleven minutes', () => {
  it('has failed seven pods, with 10 s, 20 s, 40 s … between them', async () => {
    const { items } = await call<{ items: Pod[] }>('/api/v1/namespaces/default/pods');
    const begun = items.map((pod) => (Date.parse(pod.metadata.creationTimestamp) - startMs) / 1000);
    expect(begun.toSorted((a, b) => a - b)).toEqual(begins);
    expect(items.map(({ status }) => status.phase)).toEqual(begins.map(() => 'Failed'));
  });

  it('says why in its conditions, first that it will fail, then that it has', async () => {
    const { status } = await call<Job>('/apis/batch/v1/namespaces/default/jobs/abnormal-end');
    const why = { status: 'True', reason: 'BackoffLimitExceeded', message: limit };
    expect(status.conditions).toMatchObject([
      { type: 'FailureTarget', ...why },
      { type: 'Failed', ...why },
    ]);
    expect(status).toMatchObject({ failed: 7, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status).not.toHaveProperty('completionTime');
  });

  it('says in events which pods it created and why it created no more', async () => {
    const { items } = await call<{ items: Event[] }>('/api/v1/namespaces/default/events');
    const seen = items.map(({ type, reason, message }) => hideNames(`${type} ${reason} ${message}`));
    expect(seen).toEqual([...created, `Warning BackoffLimitExceeded ${limit}`]);
  });
});

// Where no kubectl is installed there is nothing to try.
describe.each(installedKubectls())('kubectl $version shows the example abnormal-end as of a cluster', (kubectl) => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runKubectl(kubectl, kubeconfig, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return hideNames(stdout);
  };

  it('in get jobs and get pods', async () => {
    expect(rows(await run('get', 'jobs'))).toEqual([
      ['NAME', 'STATUS', 'COMPLETIONS', 'DURATION', 'AGE'],
      ['abnormal-end', 'Failed', '0/1', '11m', '11m'],
    ]);
    const pods = rows(await run('get', 'pods'));
    expect(pods).toEqual([
      ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
      ...begins.map(() => ['abnormal-end-0-*****', '0/1', 'Error', '0', expect.stringMatching(/^(\d+m)?(\d+s)?$/)]),
    ]);
  });

  it('in describe job', async () => {
    const described = await run('describe', 'job', 'abnormal-end');
    const [head, events] = described.split('Events:\n') as [string, string];
    const fields = rows(head.slice(0, head.indexOf('Pod Template:'))).map((row) => row.join(' '));
    expect(fields).toEqual([
      'Name: abnormal-end',
      'Namespace: default',
      'Selector: batch.kubernetes.io/controller-uid=UID',
      'Labels: batch.kubernetes.io/controller-uid=UID',
      'batch.kubernetes.io/job-name=abnormal-end',
      'controller-uid=UID',
      'job-name=abnormal-end',
      'Annotations: <none>',
      'Parallelism: 1',
      'Completions: 1',
      'Completion Mode: Indexed',
      // kubectl prints them from 1.30 on.
      ...(Number(kubectl.version.split('.')[1]) < 30 ? [] : ['Suspend: false', 'Backoff Limit: 6']),
      expect.stringMatching(/^Start Time: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      'Pods Statuses: 0 Active (0 Ready) / 0 Succeeded / 7 Failed',
      'Completed Indexes: <none>',
    ]);
    const lines = rows(events).map(([type, reason, , ...rest]) => [type, reason, ...rest].join(' '));
    expect(lines).toEqual([
      'Type Reason From Message',
      '---- ------ ---- -------',
      ...created.map((line) => line.replace('Created', 'job-controller Created')),
      `Warning BackoffLimitExceeded job-controller ${limit}`,
    ]);
  });
});

/** The parts of names that are drawn. */
function hideNames(text: string): string {
  return text.replaceAll(/abnormal-end-0-\w{5}/g, 'abnormal-end-0-*****').replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'UID');
}

/** The words of each line that has any. */
function rows(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => line.split(/\s+/));
}
