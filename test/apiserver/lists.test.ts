import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/api-server.js';

const configMaps = '/api/v1/namespaces/default/configmaps';

async function startWith(count: number, history?: number): Promise<TestServer> {
  const server = startTestServer(history === undefined ? {} : { history: { historyChanges: history } });
  for (let i = 0; i < count; i++) {
    await server.send('POST', configMaps, { metadata: { name: `x${i}`, labels: { odd: String(i % 2) } } });
  }
  return server;
}

function names(body: { items: { metadata: { name: string } }[] }): string[] {
  return body.items.map(({ metadata }) => metadata.name);
}

/** A query with a token that holds this. */
function token(content: unknown): string {
  return `continue=${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
}

describe('a list', () => {
  it('says its kind, its items do not', async () => {
    const { send } = await startWith(1);
    const { body } = await send('GET', configMaps);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(Object.keys(body.items[0])).toEqual(['metadata']);
  });

  it('is of one namespace or of all', async () => {
    const { send } = await startWith(2);
    await send('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
    await send('POST', '/api/v1/namespaces/a/configmaps', { metadata: { name: 'y' } });
    expect(names((await send('GET', configMaps)).body)).toEqual(['x0', 'x1']);
    expect(names((await send('GET', '/api/v1/configmaps')).body)).toEqual(['y', 'x0', 'x1']);
    expect(names((await send('GET', '/api/v1/namespaces/absent/configmaps')).body)).toEqual([]);
  });

  it('comes in pages that show one moment, whatever happens between them', async () => {
    const { send } = await startWith(5);
    const first = (await send('GET', `${configMaps}?limit=2`)).body;
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['x0', 'x1'], 3]);
    await send('DELETE', `${configMaps}/x3`);
    await send('POST', configMaps, { metadata: { name: 'x11' } });
    const second = (await send('GET', `${configMaps}?limit=2&continue=${first.metadata.continue}`)).body;
    expect([names(second), second.metadata.remainingItemCount]).toEqual([['x2', 'x3'], 1]);
    const third = (await send('GET', `${configMaps}?limit=2&continue=${second.metadata.continue}`)).body;
    expect([names(third), third.metadata.continue]).toEqual([['x4'], undefined]);
    expect(third.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('goes on in what there is now where the token says no moment', async () => {
    const { send } = await startWith(3);
    const query = token({ v: 'meta.k8s.io/v1', rv: -1, start: 'default/x0\0' });
    expect(names((await send('GET', `${configMaps}?${query}`)).body)).toEqual(['x1', 'x2']);
  });

  it('fills its pages with what a selector leaves', async () => {
    const { send } = await startWith(9);
    const query = 'labelSelector=odd%3D1&limit=2';
    const first = (await send('GET', `${configMaps}?${query}`)).body;
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['x1', 'x3'], undefined]);
    const second = (await send('GET', `${configMaps}?${query}&continue=${first.metadata.continue}`)).body;
    expect(names(second)).toEqual(['x5', 'x7']);
    const third = (await send('GET', `${configMaps}?${query}&continue=${second.metadata.continue}`)).body;
    expect([names(third), third.metadata.continue]).toEqual([[], undefined]);
  });

  it('of any length is whole, in each form', async () => {
    const { send } = await startWith(1_001);
    const listed = (await send('GET', configMaps)).body;
    expect(listed).toMatchObject({ kind: 'ConfigMapList', metadata: { resourceVersion: expect.any(String) } });
    expect(new Set(names(listed)).size).toBe(1_001);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect((await send('GET', configMaps, undefined, { accept })).body.rows).toHaveLength(1_001);
    const { status, text } = await send('GET', configMaps, undefined, { accept: 'application/yaml' });
    expect([status, text.match(/ name: x\d/g)?.length]).toEqual([200, 1_001]);
  });

  it('finds the one object of a name', async () => {
    const { send } = await startWith(3);
    expect(names((await send('GET', `${configMaps}?fieldSelector=metadata.name%3Dx1`)).body)).toEqual(['x1']);
    expect(names((await send('GET', `/api/v1/configmaps?fieldSelector=metadata.name%3Dx1`)).body)).toEqual(['x1']);
    const neither = 'fieldSelector=metadata.name%3Dx1&labelSelector=odd%3D0';
    expect(names((await send('GET', `${configMaps}?${neither}`)).body)).toEqual([]);
  });

  it('is as of a revision when that is asked for exactly', async () => {
    const { send } = await startWith(2);
    const { resourceVersion } = (await send('GET', configMaps)).body.metadata;
    await send('DELETE', `${configMaps}/x0`);
    const at = `${configMaps}?resourceVersion=${resourceVersion}`;
    expect(names((await send('GET', `${at}&resourceVersionMatch=Exact`)).body)).toEqual(['x0', 'x1']);
    expect(names((await send('GET', `${at}&limit=10`)).body)).toEqual(['x0', 'x1']);
    expect(names((await send('GET', `${at}&resourceVersionMatch=NotOlderThan`)).body)).toEqual(['x1']);
    expect(names((await send('GET', at)).body)).toEqual(['x1']);
    expect(names((await send('GET', `${configMaps}?resourceVersion=0`)).body)).toEqual(['x1']);
  });

  it.each([
    ['resourceVersion=9007199254740000', 504, /^Timeout: Too large resource version: 9007199254740000, current: \d+$/],
    ['resourceVersion=9007199254740000&resourceVersionMatch=Exact', 504, /Too large/],
    ['resourceVersion=abc', 400, /invalid resource version: .*parsing "abc": invalid syntax/],
    ['resourceVersion=1&resourceVersionMatch=Exact', 410, /too old/],
    ['resourceVersionMatch=Exact', 422, /forbidden unless resourceVersion is provided/],
    ['sendInitialEvents=false', 422, /sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list$/],
    [
      'resourceVersionMatch=Exact&continue=x',
      422,
      /\[resourceVersionMatch: .* unless resourceVersion is provided, resourceVersionMatch: .* when continue is provided\]$/,
    ],
    ['resourceVersion=5&resourceVersionMatch=Foo', 422, /Unsupported value: "Foo"/],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422, /"exact" is forbidden for resourceVersion "0"/],
    ['continue=abc', 400, /^invalid continue token: continue key is not valid: invalid character 'i' looking for/],
    ['continue=%21', 400, /^invalid continue token: continue key is not valid: illegal base64 data at input byte 0$/],
    ['continue=abcde', 400, /illegal base64 data at input byte 4$/],
    [token({}), 400, /continue key is not valid: server does not recognize this encoded version$/],
    [token({ v: 1 }), 400, /cannot unmarshal number into Go struct field continueToken.v of type string$/],
    [token([]), 400, /cannot unmarshal array into Go value of type storage.continueToken$/],
    [token({ v: 'meta.k8s.io/v1' }), 400, /incorrect encoded start resourceVersion \(version meta.k8s.io\/v1\)$/],
    [token({ v: 'meta.k8s.io/v1', rv: 1 }), 400, /encoded start key empty \(version meta.k8s.io\/v1\)$/],
    [token({ v: 'meta.k8s.io/v1', rv: 1, start: '../x' }), 400, /continue key is not valid: \.\.\/x$/],
    [
      `${token({ v: 'meta.k8s.io/v1', rv: 1, start: 'a/b\0' })}&resourceVersion=1`,
      400,
      /not allowed when using continue$/,
    ],
    ['limit=x', 400, /strconv.ParseInt: parsing "x": invalid syntax/],
    ['labelSelector=%3D%3D', 400, /found '=='/],
    ['fieldSelector=spec.x%3D1', 400, /not a known field selector/],
  ])('with %s is refused with %i', async (query, status, message) => {
    const { send } = await startWith(1);
    const { body } = await send('GET', `${configMaps}?${query}`);
    expect([body.code, body.message]).toEqual([status, expect.stringMatching(message)]);
  });

  it('goes on where its history is gone in what there is now, with a token of the refusal', async () => {
    const { send } = await startWith(4, 3);
    const { body } = await send('GET', `${configMaps}?limit=1`);
    for (let i = 0; i < 5; i++) await send('POST', configMaps, { metadata: { name: `y${i}` } });
    const next = await send('GET', `${configMaps}?limit=1&continue=${body.metadata.continue}`);
    const message = expect.stringMatching(
      /^The provided continue parameter is too old .* now may show up in the list\.$/,
    );
    expect(next.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: { continue: expect.any(String) },
      status: 'Failure',
      message,
      reason: 'Expired',
      code: 410,
    });
    const rest = await send('GET', `${configMaps}?limit=4&continue=${next.body.metadata.continue}`);
    expect(names(rest.body)).toEqual(['x1', 'x2', 'x3', 'y0']);
    const last = await send('GET', `${configMaps}?continue=${rest.body.metadata.continue}`);
    expect(names(last.body)).toEqual(['y1', 'y2', 'y3', 'y4']);
  });
});
