import { describe, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import { startTestServer } from '../support/api-server.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const jobs = '/apis/batch/v1/namespaces/default/jobs';

describe('the first namespaces', () => {
  it('are there from the start, and when the store was not, from the next request on', async () => {
    const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
    const store = new MemoryStore(clock);
    const create = store.create.bind(store);
    let failures = 1;
    store.create = async (...write) => (failures-- > 0 ? Promise.reject(new Error('no store yet')) : create(...write));
    const { send } = startTestServer({ store, onError: () => {} });
    expect((await send('GET', '/api/v1/namespaces')).status).toBe(500);
    const { body } = await send('GET', '/api/v1/namespaces');
    const names = body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
    expect(names).toEqual(['default', 'kube-system']);
  });
});

describe('the parameter `timeout`', () => {
  it.each([
    ['GET', 'abc', 400, 'invalid timeout specified in the request URL - time: invalid duration "abc"'],
    ['POST', '5', 400, 'invalid timeout specified in the request URL - time: missing unit in duration "5"'],
    ['GET', '30s', 200, undefined],
    ['GET', '', 200, undefined],
  ])('of a %s may be a duration, not %j', async (method, timeout, code, message) => {
    const { send } = startTestServer();
    const { status, body } = await send(method, `${configMaps}?timeout=${timeout}`);
    expect([status, body.message]).toEqual([code, message]);
  });
});

describe('paths', () => {
  it.each([
    ['/apis/batch/v1/namespaces/default/foos', 404],
    ['/apis/batch/v2/namespaces/default/jobs', 404],
    ['/apis/batch/v1/namespaces/default/jobs/j/nothing', 404],
    ['/apis/batch/v1/namespaces/default/jobs/j/status/more', 404],
    ['/api/v1/pods/p', 404],
    ['/api/v1/namespaces/default/namespaces/x', 404],
  ])('%s of a served group is a Status', async (path, status) => {
    const { send } = startTestServer();
    const { body } = await send('GET', path);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server could not find the requested resource',
      reason: 'NotFound',
      details: {},
      code: status,
    });
  });

  it.each(['/apis/foo.io/v1/jobs', '/nothing', '/'])('%s is a plain text', async (path) => {
    const { send } = startTestServer();
    const { status, text, headers } = await send('GET', path);
    expect([status, text, headers.get('content-type')]).toEqual([
      404,
      '404 page not found\n',
      'text/plain; charset=utf-8',
    ]);
  });

  it.each([
    ['PUT', jobs],
    ['PATCH', jobs],
    ['POST', `${jobs}/j`],
    ['POST', '/apis/batch/v1/jobs'],
    ['DELETE', '/apis/batch/v1/jobs'],
    ['DELETE', '/api/v1/namespaces'],
    ['OPTIONS', jobs],
    ['POST', `${jobs}/j/status`],
  ])('%s %s is not allowed', async (method, path) => {
    const { send } = startTestServer();
    const { status, body } = await send(method, path);
    expect(status).toBe(405);
    expect(body).toMatchObject({ reason: 'MethodNotAllowed', details: {} });
  });

  it.each([
    [
      'POST',
      '/api/v1/namespaces/default/pods/p/exec?command=date',
      /pods\/exec is not served by finite: `kubectl logs`/,
    ],
    ['GET', '/api/v1/namespaces/default/pods/p/portforward', /pods\/portforward is not served.*status\.podIP/],
    ['POST', '/api/v1/namespaces/default/serviceaccounts/default/token', /serviceaccounts\/token is not served/],
  ])('%s %s says what there is instead', async (method, path, message) => {
    const { status, body } = await startTestServer().send(method, path);
    expect({ status, body }).toMatchObject({ status: 405, body: { message: expect.stringMatching(message) } });
  });

  it('decodes names', async () => {
    const { send } = startTestServer();
    await send('POST', configMaps, { metadata: { name: 'a.b' } });
    expect((await send('GET', `${configMaps}/a%2Eb`)).status).toBe(200);
  });
});

describe('bodies', () => {
  it('are read as YAML 1.1 when they say so', async () => {
    const { send } = startTestServer();
    const yaml = 'kind: ConfigMap\nmetadata:\n  name: y1\ndata: {a: "yes", b: "2024-01-01"}\n';
    const answer = await send('POST', configMaps, yaml, { 'content-type': 'application/yaml' });
    expect(answer.body).toMatchObject({ kind: 'ConfigMap', data: { a: 'yes', b: '2024-01-01' } });
    const bare = 'metadata:\n  name: y2\ndata:\n  a: yes\n';
    expect((await send('POST', configMaps, bare, { 'content-type': 'application/yaml' })).status).toBe(400);
  });

  it('that are bombs of aliases are refused', async () => {
    const { send } = startTestServer();
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef']) lines.push(`${to}: &${to} [${`*${from},`.repeat(10)}]`);
    const { status } = await send('POST', configMaps, lines.join('\n'), { 'content-type': 'application/yaml' });
    expect(status).toBe(400);
  });

  it('above 3 MiB are refused, whether they say their length or not', async () => {
    const { send, server } = startTestServer();
    const big = JSON.stringify({ metadata: { name: 'big' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } });
    const declared = await send('POST', configMaps, big, { 'content-length': String(big.length) });
    expect(declared.body).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
    const stream = new Response(big).body;
    const init = { method: 'POST', body: stream, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const admin = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };
    const request = new Request(`http://server${configMaps}`, init as RequestInit);
    expect((await server.fetch(request, admin)).status).toBe(413);
  });

  it.each([
    [
      'application/json',
      '{"kind":"Secret","apiVersion":"v1"}',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      'application/json',
      '{"kind":"Foo"}',
      'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'application/json',
      '{"metadata',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({"metadata)`,
    ],
    [
      'application/json',
      '{"apiVersion":1}',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion":1})`,
    ],
    [
      'application/yaml',
      'kind: []',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go struct field .kind of type string (6b696e643a205b5d)`,
    ],
    [
      'application/json',
      'hello',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (68656c6c6f)`,
    ],
    [
      'application/json',
      '',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`,
    ],
    [
      'application/yaml',
      'a: b: c',
      'the object provided is unrecognized (must be of type ConfigMap): yaml: mapping values are not allowed in this context (613a20623a2063)',
    ],
  ])('of %s %j are refused in words that help', async (type, body, message) => {
    const { send } = startTestServer();
    const answer = await send('POST', configMaps, body, { 'content-type': type });
    expect(answer.body).toMatchObject({ code: 400, message });
  });

  it.each(['text/plain', 'application/xml'])('of type %s are not read', async (type) => {
    const { send } = startTestServer();
    expect((await send('POST', configMaps, '{}', { 'content-type': type })).status).toBe(415);
  });

  it.each([
    ['Warn', 201, ['unknown field "foo"']],
    ['', 201, ['unknown field "foo"']],
    ['Ignore', 201, []],
    ['Strict', 400, []],
    ['Foo', 422, []],
  ])('with unknown fields under fieldValidation=%s: %i', async (mode, status, warnings) => {
    const { send } = startTestServer();
    const answer = await send('POST', `${configMaps}?fieldValidation=${mode}`, { metadata: { name: 'x' }, foo: 1 });
    expect([answer.status, answer.warnings]).toEqual([status, warnings]);
  });

  it('with keys given twice warn, or are refused', async () => {
    const { send } = startTestServer();
    const yaml = 'metadata:\n  name: d\ndata:\n  a: "1"\n  a: "2"\n';
    const headers = { 'content-type': 'application/yaml' };
    const strict = await send('POST', `${configMaps}?fieldValidation=Strict`, yaml, headers);
    expect(strict.body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
        'yaml: unmarshal errors:\n  line 5: key "a" already set in map',
    );
    const lenient = await send('POST', configMaps, yaml, headers);
    expect(lenient.warnings).toEqual(['line 5: key "a" already set in map']);
    expect(lenient.body.data).toEqual({ a: '2' });
  });
});

describe('answers', () => {
  it.each([
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    ['application/yaml', 'application/yaml'],
    ['application/xml;q=0.9,application/json;q=0.5', 'application/json'],
    ['application/vnd.kubernetes.protobuf,application/json', 'application/json'],
    ['application/json;q=0.1,application/yaml', 'application/yaml'],
  ])('to Accept: %s are %s', async (accept, type) => {
    const { send } = startTestServer();
    const { status, headers } = await send('GET', configMaps, undefined, { accept });
    expect([status, headers.get('content-type')]).toEqual([200, type]);
  });

  it.each(['text/html', 'application/json;as=Foo;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf'])(
    'to Accept: %s are 406',
    async (accept) => {
      const { send } = startTestServer();
      expect((await send('GET', configMaps, undefined, { accept })).body).toMatchObject({ reason: 'NotAcceptable' });
    },
  );

  it('are YAML that reads back as the same object', async () => {
    const { send } = startTestServer();
    const data = { a: 'yes', b: '1', c: '2024-01-01', d: 'x: y\n- z\n', e: 'null' };
    const json = await send('POST', configMaps, { metadata: { name: 'x' }, data });
    const { text } = await send('GET', `${configMaps}/x`, undefined, { accept: 'application/yaml' });
    await send('DELETE', `${configMaps}/x`);
    const again = await send('POST', configMaps, text.replace(/.*(uid|resourceVersion): .*\n/g, ''), {
      'content-type': 'application/yaml',
    });
    expect(again.body.data).toEqual(json.body.data);
  });

  it('have line breaks for people', async () => {
    const { send } = startTestServer();
    expect((await send('GET', configMaps)).text.split('\n')).toHaveLength(2);
    expect((await send('GET', `${configMaps}?pretty=true`)).text.split('\n').length).toBeGreaterThan(2);
    const curl = { 'user-agent': 'curl/8.0' };
    expect((await send('GET', configMaps, undefined, curl)).text.split('\n').length).toBeGreaterThan(2);
    expect((await send('GET', `${configMaps}?pretty=false`, undefined, curl)).text.split('\n')).toHaveLength(2);
  });

  it('are compressed when they are large and the client can read it', async () => {
    const { send, server } = startTestServer();
    const data = { a: 'x'.repeat(200_000) };
    await send('POST', configMaps, { metadata: { name: 'big' }, data });
    const headers = { 'accept-encoding': 'gzip' };
    const admin = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };
    const response = await server.fetch(new Request(`http://server${configMaps}/big`, { headers }), admin);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    expect(JSON.parse(text)).toMatchObject({ data });
    const plain = await send('GET', `${configMaps}/big`, undefined, { 'accept-encoding': 'gzip;q=0' });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('to HEAD have no body', async () => {
    const { send } = startTestServer();
    expect(await send('HEAD', `${jobs}/j`)).toMatchObject({ status: 405, text: '' });
  });

  it('turn objects and lists into partial metadata, not one into the other', async () => {
    const { send } = startTestServer();
    await send('POST', configMaps, { metadata: { name: 'x' }, data: { a: 'b' } });
    const as = (kind: string): Record<string, string> => ({ accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });
    const one = await send('GET', `${configMaps}/x`, undefined, as('PartialObjectMetadata'));
    expect(one.body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'x' } });
    expect(one.body).not.toHaveProperty('data');
    const all = await send('GET', configMaps, undefined, as('PartialObjectMetadataList'));
    expect(all.body.items).toEqual([one.body]);
    const none = await send('GET', `${configMaps}?labelSelector=a`, undefined, as('PartialObjectMetadataList'));
    expect(none.body.items).toBeNull();
    expect((await send('GET', `${configMaps}/x`, undefined, as('PartialObjectMetadataList'))).body.message).toBe(
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)',
    );
    expect((await send('GET', configMaps, undefined, as('PartialObjectMetadata'))).body.message).toBe(
      'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)',
    );
    const table = await send('GET', configMaps, undefined, as('Table'));
    expect(table.body).toMatchObject({ kind: 'Table', rows: [{ cells: ['x', 1, '0s'] }] });
  });
});
