import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/api-server.js';
import { turn } from '../support/virtual-time.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const merge = { 'content-type': 'application/merge-patch+json' };

interface Event {
  readonly type: string;
  // oxlint-disable-next-line no-explicit-any
  readonly object: any;
}

/** A watch, read event by event. */
class Watcher {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  private constructor(readonly response: Response) {
    this.#reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  static async open({ open }: TestServer, path: string, accept?: string): Promise<Watcher> {
    return new Watcher(await open(path, undefined, accept));
  }

  /** The next event; undefined at the end of the watch. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line) as Event;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async brief(): Promise<string> {
    const event = await this.next();
    return event === undefined ? 'end' : `${event.type} ${event.object.metadata?.name ?? ''}`.trim();
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function startWith(...names: string[]): Promise<TestServer> {
  const server = startTestServer();
  for (const name of names) await server.send('POST', configMaps, { metadata: { name } });
  return server;
}

async function revisionOf({ send }: TestServer): Promise<string> {
  return (await send('GET', configMaps)).body.metadata.resourceVersion;
}

describe('a watch', () => {
  it.each(['', '&resourceVersion=0'])('without a revision begins with what there is (%s)', async (query) => {
    const server = await startWith('a', 'b');
    const watcher = await Watcher.open(server, `${configMaps}?watch=1${query}`);
    expect([await watcher.brief(), await watcher.brief()]).toEqual(['ADDED a', 'ADDED b']);
    await server.send('POST', configMaps, { metadata: { name: 'c' } });
    expect(await watcher.brief()).toBe('ADDED c');
    await watcher.cancel();
  });

  it('from a revision shows every change after it, in order', async () => {
    const server = await startWith('a');
    const revision = await revisionOf(server);
    await server.send('PATCH', `${configMaps}/a`, { data: { x: '1' } }, merge);
    const watcher = await Watcher.open(server, `${configMaps}?watch=true&resourceVersion=${revision}`);
    await server.send('POST', configMaps, { metadata: { name: 'b' } });
    await server.send('DELETE', `${configMaps}/a`);
    const events = [await watcher.next(), await watcher.next(), await watcher.next()];
    expect(events.map((event) => `${event!.type} ${event!.object.metadata.name}`)).toEqual([
      'MODIFIED a',
      'ADDED b',
      'DELETED a',
    ]);
    expect(events[0]!.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { x: '1' } });
    const versions = events.map((event) => Number(event!.object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    await watcher.cancel();
  });

  it('shows only its own namespace and kind', async () => {
    const server = await startWith();
    const watcher = await Watcher.open(server, `${configMaps}?watch=1`);
    await server.send('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    await server.send('POST', '/api/v1/namespaces/other/configmaps', { metadata: { name: 'x' } });
    await server.send('POST', configMaps, { metadata: { name: 'mine' } });
    expect(await watcher.brief()).toBe('ADDED mine');
    await watcher.cancel();
  });

  it('with a selector sees objects come and go as they begin and cease to match', async () => {
    const server = await startWith('a');
    const watcher = await Watcher.open(server, `${configMaps}?watch=1&labelSelector=l%3D1`);
    const label = (l: string | null): Promise<{ body: { metadata: { resourceVersion: string } } }> =>
      server.send('PATCH', `${configMaps}/a`, { metadata: { labels: { l } } }, merge);
    await label('2');
    await label('1');
    await server.send('PATCH', `${configMaps}/a`, { data: { x: '1' } }, merge);
    const { body: last } = await label(null);
    await label('1');
    await server.send('DELETE', `${configMaps}/a`);
    expect([await watcher.brief(), await watcher.brief()]).toEqual(['ADDED a', 'MODIFIED a']);
    const gone = await watcher.next();
    // What it shows is the last state that matched, as of the change that ended it.
    expect(gone).toMatchObject({ type: 'DELETED', object: { data: { x: '1' }, metadata: { labels: { l: '1' } } } });
    expect(gone!.object.metadata.resourceVersion).toBe(last.metadata.resourceVersion);
    expect([await watcher.brief(), await watcher.brief()]).toEqual(['ADDED a', 'DELETED a']);
    await watcher.cancel();
  });

  it('says where the initial events end, when asked to', async () => {
    const server = await startWith('a');
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watcher = await Watcher.open(server, `${configMaps}?${query}`);
    expect(await watcher.brief()).toBe('ADDED a');
    expect(await watcher.next()).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: await revisionOf(server),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
    await watcher.cancel();
  });

  it.each([
    ['/api/v1/pods', { kind: 'Pod', apiVersion: 'v1', spec: { containers: null }, status: {} }],
    [
      '/apis/batch/v1/jobs',
      {
        kind: 'Job',
        apiVersion: 'batch/v1',
        spec: { template: { metadata: {}, spec: { containers: null } } },
        status: {},
      },
    ],
    [
      '/apis/batch/v1/cronjobs',
      {
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        spec: {
          schedule: '',
          jobTemplate: { metadata: {}, spec: { template: { metadata: {}, spec: { containers: null } } } },
        },
        status: {},
      },
    ],
    ['/api/v1/secrets', { kind: 'Secret', apiVersion: 'v1' }],
  ])('is told so by the empty object of the kind: %s', async (path, empty) => {
    const server = await startWith();
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watcher = await Watcher.open(server, `${path}?${query}`);
    const { object } = (await watcher.next())!;
    expect(object).toEqual({
      ...empty,
      metadata: { resourceVersion: expect.any(String), annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    await watcher.cancel();
  });

  it('of Tables is refused at once for an unknown includeObject', async () => {
    const { send } = await startWith('a');
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body } = await send('GET', `${configMaps}?watch=1&includeObject=All`, undefined, { accept });
    const message = expect.stringMatching(
      /^Unable to convert to Table as requested: includeObject: Invalid value: "All"/,
    );
    expect(body).toMatchObject({ code: 400, message });
  });

  it('is told how far it has come while nothing happens to it', async () => {
    const server = await startWith();
    const watcher = await Watcher.open(server, `${configMaps}?watch=1&allowWatchBookmarks=true`);
    const bookmark = watcher.next();
    await turn();
    server.clock.advanceTo(server.clock.now() + 61_000);
    expect(await bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } },
    });
    await watcher.cancel();
  });

  it('ends after timeoutSeconds', async () => {
    const server = await startWith('a');
    const watcher = await Watcher.open(server, `${configMaps}?watch=1&timeoutSeconds=5`);
    expect(await watcher.brief()).toBe('ADDED a');
    const end = watcher.brief();
    await turn();
    server.clock.advanceTo(server.clock.now() + 5_000);
    expect(await end).toBe('end');
  });

  it('from a revision whose history is gone gets one ERROR event', async () => {
    const server = startTestServer({ history: { historyChanges: 2 } });
    for (const name of ['a', 'b', 'c', 'd']) await server.send('POST', configMaps, { metadata: { name } });
    const watcher = await Watcher.open(server, `${configMaps}?watch=1&resourceVersion=1`);
    expect(watcher.response.status).toBe(200);
    expect(await watcher.next()).toMatchObject({
      type: 'ERROR',
      object: {
        kind: 'Status',
        code: 410,
        reason: 'Expired',
        message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
      },
    });
    expect(await watcher.brief()).toBe('end');
  });

  it('lets go of the feed when the client goes', async () => {
    const server = await startWith();
    let open = 0;
    const { store } = server;
    const changes = store.changes.bind(store);
    store.changes = (range, after, signal) => {
      open++;
      signal.addEventListener('abort', () => open--);
      return changes(range, after, signal);
    };
    const watchers = await Promise.all([1, 2, 3].map(() => Watcher.open(server, `${configMaps}?watch=1`)));
    await turn();
    expect(open).toBe(3);
    await Promise.all(watchers.map((watcher) => watcher.cancel()));
    expect(open).toBe(0);
    expect(server.clock.nextAlarm()).toBeUndefined();
  });

  it('shows Tables whose first alone names the columns, and partial metadata', async () => {
    const server = await startWith('a', 'b');
    const as = (kind: string): string => `application/json;as=${kind};v=v1;g=meta.k8s.io`;
    const table = await Watcher.open(server, `${configMaps}?watch=1`, as('Table'));
    const [first, second] = [await table.next(), await table.next()];
    expect(first!.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 0, '0s'] }] });
    expect(first!.object.columnDefinitions.length).toBeGreaterThan(0);
    expect(second!.object.columnDefinitions).toBeNull();
    const partial = await Watcher.open(server, `${configMaps}?watch=1`, as('PartialObjectMetadata'));
    expect((await partial.next())!.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    await Promise.all([table.cancel(), partial.cancel()]);
  });

  it.each([
    ['timeoutSeconds=x', 400],
    ['resourceVersion=abc', 500],
    ['labelSelector=%3D%3D', 400],
    ['resourceVersionMatch=NotOlderThan', 422],
    ['sendInitialEvents=true', 422],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x', 422],
  ])('with %s is refused with %i', async (query, status) => {
    const { send } = await startWith();
    expect((await send('GET', `${configMaps}?watch=1&${query}`)).body).toMatchObject({ kind: 'Status', code: status });
  });

  it('is told all that is wrong with resourceVersionMatch', async () => {
    const { send } = await startWith();
    const causesOf = async (query: string): Promise<string[]> =>
      (await send('GET', `${configMaps}?watch=1&resourceVersionMatch=Exact&${query}`)).body.details.causes.map(
        (cause: { message: string }) => cause.message,
      );
    const only = 'Unsupported value: "Exact": supported values: "NotOlderThan"';
    expect(await causesOf('')).toEqual([
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      only,
    ]);
    expect(await causesOf('sendInitialEvents=false&continue=x')).toEqual([
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      only,
      'Forbidden: resourceVersionMatch is forbidden when continue is provided',
    ]);
  });
});
