import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cronJobName, readTime } from '../../bin/backfill/request.js';
import { backfill, type BackfillCommand } from '../../bin/commands/backfill.js';
import type { RunningServer } from '../../bin/commands/up.js';
import { ApiError, type ApiClient } from '../../bin/local/api-client.js';
import { connectTo } from '../../bin/local/https-client.js';
import { kubeconfigPath, readKubeconfig } from '../../bin/local/kubeconfig-file.js';
import { startTestServer } from '../support/server.js';

let server: RunningServer;
let client: ApiClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'finite-test-'));
  server = await startTestServer('instant');
  client = connectTo(await readKubeconfig(server.kubeconfig));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function createCronJob(name: string, spec: object, podAnnotations: object = {}): Promise<void> {
  const template = {
    metadata: { annotations: podAnnotations },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' },
  };
  await client.create('/apis/batch/v1/namespaces/default/cronjobs', {
    metadata: { name },
    spec: { schedule: '0 0 * * *', ...spec, jobTemplate: { spec: { backoffLimit: 0, template } } },
  });
}

async function run(argument: string, change: Partial<BackfillCommand> = {}): Promise<{ code: number; text: string }> {
  let text = '';
  const range = { from: '2024-03-30', to: '2024-04-01', parallel: 1, rerun: false };
  const output = { write: (part: string) => (text += part) };
  const code = await backfill(argument, { ...range, kubeconfig: server.kubeconfig, ...change }, output);
  return { code, text };
}

describe('finite backfill', () => {
  it('tells of every tick, and what came of all', async () => {
    await createCronJob('a', { timeZone: 'Europe/Berlin', successfulJobsHistoryLimit: 10 });
    expect(await run('cronjob/a', { parallel: 2 })).toEqual({
      code: 0,
      text: expect.stringMatching(
        /^2024-03-29T23:00:00Z {2}a-28529220 {2}started\n2024-03-30T23:00:00Z {2}a-28530660 {2}started\n/,
      ),
    });
    expect(await run('cj/a')).toEqual({ code: 0, text: '2 done before\n' });
  });

  it('ends with 1 when a Job failed', async () => {
    await createCronJob('f', { failedJobsHistoryLimit: 10 }, { 'finite.dev/exit-code': '1' });
    const { code, text } = await run('cronjob/f');
    expect(code).toBe(1);
    expect(text).toContain('2 failed\n');
  });

  it('refuses what it cannot do', async () => {
    await createCronJob('e', { schedule: '@every 1h' });
    await expect(run('cronjob/e')).rejects.toThrow('cronjob/e cannot be backfilled: @every 1h has no times');
    await expect(run('cronjob/absent')).rejects.toThrow('cronjobs.batch "absent" not found');
    await expect(run('cronjob/a', { from: '2024-04-01' })).rejects.toThrow('--from is not before --to');
    await expect(run('cronjob/a', { from: '2924-04-01', to: '2925-01-01' })).rejects.toThrow('not in the past');
    await expect(run('cronjob/a', { namespace: 'other' })).rejects.toThrow(ApiError);
    await expect(run('cronjob/a', { kubeconfig: join(folder, 'none') })).rejects.toThrow('cannot be read');
  });

  it.each(['cronjob/x', 'cronjobs/x', 'cj/x', 'cronjob.batch/x', 'cronjobs.batch/x'])('knows %s', (argument) => {
    expect(cronJobName(argument)).toBe('x');
  });

  it.each(['x', 'job/x', 'cronjob/', 'cronjob/x/y'])('does not know %s', (argument) => {
    expect(() => cronJobName(argument)).toThrow(`expected cronjob/NAME, not ${argument}`);
  });

  it.each([
    ['2024-03-31', undefined, '2024-03-31T00:00:00Z'],
    ['2024-03-31', 'Europe/Berlin', '2024-03-30T23:00:00Z'],
    ['2024-04-01', 'Europe/Berlin', '2024-03-31T22:00:00Z'],
    ['2024-03-31T03:00', 'Europe/Berlin', '2024-03-31T01:00:00Z'],
    ['2024-03-31T01:59:59', 'Europe/Berlin', '2024-03-31T00:59:59Z'],
    ['2024-03-10T12:30', 'America/New_York', '2024-03-10T16:30:00Z'],
    ['2024-03-31T01:00:00Z', 'Europe/Berlin', '2024-03-31T01:00:00Z'],
    ['2024-03-31T01:00:00-05:00', 'Europe/Berlin', '2024-03-31T06:00:00Z'],
  ])('reads %s in %s as %s', (text, timeZone, time) => {
    expect(readTime(text, timeZone)).toBe(Date.parse(time));
  });

  it.each(['', 'yesterday', '2024', '2024-13-01', '2024-03-31 10:00', '1711843200'])('does not read %j', (text) => {
    expect(() => readTime(text, undefined)).toThrow('expected a date or an RFC 3339 time');
  });
});

describe('the kubeconfig', () => {
  it.each([
    [{ kubeconfig: 'k', data: 'd' }, { KUBECONFIG: 'e' }, 'k'],
    [{ data: 'd' }, { KUBECONFIG: 'e' }, 'd/kubeconfig'],
    [{}, { KUBECONFIG: 'e:f', FINITE_DATA: 'g' }, 'e'],
    [{}, { KUBECONFIG: '', FINITE_DATA: 'g' }, 'g/kubeconfig'],
  ])('for %j and %j is %s', (options, environment, path) => {
    expect(kubeconfigPath(options, environment)).toBe(path);
  });

  function write(config: object): string {
    const path = join(folder, 'config');
    writeFileSync(path, JSON.stringify(config));
    return path;
  }
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'n' } }];
  const clusters = [{ name: 'c', cluster: { server: 'https://host', 'certificate-authority': 'ca.pem' } }];

  it('may name files, relative to itself', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'CA');
    writeFileSync(join(folder, 'token'), 'secret\n');
    const users = [{ name: 'u', user: { tokenFile: 'token', 'client-key-data': 'S0VZ' } }];
    const access = await readKubeconfig(write({ 'current-context': 'c', contexts, clusters, users }));
    expect(access).toMatchObject({
      server: 'https://host',
      namespace: 'n',
      certificateAuthority: 'CA',
      clientKey: 'KEY',
    });
    expect(await access.token?.()).toBe('secret');
  });

  it('may name a program that makes tokens, unless there is one', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'false' };
    const accessOf = (user: object): ReturnType<typeof readKubeconfig> =>
      readKubeconfig(write({ 'current-context': 'c', contexts, clusters, users: [{ name: 'u', user }] }));
    expect(await (await accessOf({ exec, token: 'fixed' })).token?.()).toBe('fixed');
    await expect((await accessOf({ exec })).token?.()).rejects.toThrow('false makes no credentials: Command failed');
  });

  it.each([
    [{}, 'has no current context'],
    [{ 'current-context': 'c', contexts }, 'names no server'],
    [
      { 'current-context': 'c', contexts, clusters, users: [{ name: 'u', user: { 'auth-provider': {} } }] },
      'an auth-provider is not supported',
    ],
  ])('%j is refused', async (config, message) => {
    await expect(readKubeconfig(write(config))).rejects.toThrow(message);
  });
});

describe('a client', () => {
  it('does not talk to a server whose certificate it cannot check', async () => {
    const access = await readKubeconfig(server.kubeconfig);
    const stranger = connectTo({ ...access, certificateAuthority: undefined });
    await expect(stranger.get('/api/v1/namespaces/default')).rejects.toThrow(/certificate/);
  });

  it('follows changes until it is told to stop', async () => {
    const stop = new AbortController();
    for await (const { type, object } of client.watch('/api/v1/namespaces', stop.signal)) {
      expect([type, object.kind]).toEqual(['ADDED', 'Namespace']);
      stop.abort();
    }
  });
});
