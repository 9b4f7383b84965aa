import { describe, expect, it } from 'vitest';
import type { LogOptions, PodLogs } from '../../lib/ports/pod-logs.js';
import { startTestServer, type TestServer } from '../support/api-server.js';

const pods = '/api/v1/namespaces/default/pods';
const running = { running: { startedAt: '2030-01-01T00:00:00Z' } };
const ended = { terminated: { exitCode: 1, startedAt: '2030-01-01T00:00:00Z', finishedAt: '2030-01-01T00:00:01Z' } };

interface Read {
  readonly container: string;
  readonly attempt: number;
  readonly options: Omit<LogOptions, 'signal'>;
}

async function start(containers: string[], statuses: object[]): Promise<TestServer & { reads: Read[] }> {
  const reads: Read[] = [];
  const podLogs: PodLogs = {
    async read(_pod, container, attempt, { signal, ...options }) {
      if (!signal.aborted) reads.push({ container, attempt, options });
      return lines();
    },
  };
  const server = startTestServer({ podLogs });
  await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  const spec = { nodeName: 'n', containers: containers.map((name) => ({ name, image: 'i' })) };
  await server.send('POST', pods, { metadata: { name: 'p' }, spec });
  const containerStatuses = statuses.map((status) => ({
    image: 'i',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...status,
  }));
  const type = { 'content-type': 'application/merge-patch+json' };
  await server.send('PATCH', `${pods}/p/status`, { status: { containerStatuses } }, type);
  return { ...server, reads };
}

async function* lines(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('one\n');
  yield new TextEncoder().encode('two\n');
}

describe('the log of a pod', () => {
  it('is text, of its only container', async () => {
    const { send, reads } = await start(['c'], [{ name: 'c', state: running }]);
    const { status, text, headers } = await send('GET', `${pods}/p/log`);
    expect([status, text, headers.get('content-type')]).toEqual([200, 'one\ntwo\n', 'text/plain']);
    expect(reads).toEqual([{ container: 'c', attempt: 0, options: { follow: false, timestamps: false } }]);
  });

  it('heeds every option', async () => {
    const { send, reads } = await start(['c', 'd'], [{ name: 'd', state: running, restartCount: 2 }]);
    const query = 'container=d&follow=true&tailLines=5&sinceSeconds=10&timestamps=true&limitBytes=100';
    await send('GET', `${pods}/p/log?${query}`);
    const sinceMs = Date.parse('2029-12-31T23:59:50Z');
    const options = { follow: true, timestamps: true, tailLines: 5, sinceMs, limitBytes: 100 };
    expect(reads).toEqual([{ container: 'd', attempt: 2, options }]);
    await send('GET', `${pods}/p/log?container=d&sinceTime=2030-01-01T00:00:00Z`);
    expect(reads[1]!.options.sinceMs).toBe(Date.parse('2030-01-01T00:00:00Z'));
  });

  it('of the previous start is that of the one before the latest', async () => {
    const status = { name: 'c', restartCount: 2, lastState: ended };
    const { send, reads } = await start(['c'], [{ ...status, state: running }]);
    await send('GET', `${pods}/p/log?previous=true`);
    expect(reads[0]!.attempt).toBe(1);
  });

  it.each([
    ['', 'a container name must be specified for pod p, choose one of: [c d]'],
    ['container=x', 'container x is not valid for pod p'],
    ['container=c', 'container "c" in pod "p" is waiting to start: ContainerCreating'],
    ['container=d', 'container "d" in pod "p" is waiting to start: ErrImagePull'],
    ['container=c&previous=true', 'previous terminated container "c" in pod "p" not found'],
    ['container=c&tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('with %j is refused: %s', async (query, message) => {
    const waiting = { waiting: { reason: 'ErrImagePull' } };
    const { send } = await start(['c', 'd'], [{ name: 'd', state: waiting }]);
    expect((await send('GET', `${pods}/p/log?${query}`)).body).toMatchObject({ code: 400, message });
  });

  it.each([
    ['tailLines=-1', /tailLines: Invalid value: -1: must be greater than or equal to 0/],
    ['limitBytes=0', /limitBytes: Invalid value: 0: must be greater than 0/],
    ['sinceSeconds=0', /sinceSeconds: Invalid value: 0: must be greater than 0/],
    ['sinceSeconds=1&sinceTime=2030-01-01T00:00:00Z', /at most one of `sinceTime` or `sinceSeconds` may be specified/],
  ])('with the option %s is refused with 422', async (query, message) => {
    const { send } = await start(['c'], [{ name: 'c', state: running }]);
    const { body } = await send('GET', `${pods}/p/log?${query}`);
    expect([body.code, body.message]).toEqual([422, expect.stringMatching(message)]);
  });

  it('of an absent pod is 404', async () => {
    const { send } = await start(['c'], []);
    expect((await send('GET', `${pods}/absent/log`)).status).toBe(404);
  });
});
