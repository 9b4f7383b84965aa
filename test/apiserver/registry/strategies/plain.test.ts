import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../../support/api-server.js';

const merge = { 'content-type': 'application/merge-patch+json' };
const inDefault = '/api/v1/namespaces/default';

describe('warnings', () => {
  it('tell of a TLS Secret that is no key pair, each time it is written', async () => {
    const { send } = startTestServer();
    const data = { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' };
    const secret = { metadata: { name: 'x' }, type: 'kubernetes.io/tls', data };
    const expected = ['tls: failed to find any PEM data in certificate input'];
    expect((await send('POST', `${inDefault}/secrets`, secret)).warnings).toEqual(expected);
    const labels = { metadata: { labels: { a: 'b' } } };
    expect((await send('PATCH', `${inDefault}/secrets/x`, labels, merge)).warnings).toEqual(expected);
    const opaque = { metadata: { name: 'y' }, data };
    expect((await send('POST', `${inDefault}/secrets`, opaque)).warnings).toEqual([]);
  });

  it('tell of the deprecated annotation of a ServiceAccount when it is new', async () => {
    const { send } = startTestServer();
    const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'false' };
    const expected = [
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ];
    const accounts = `${inDefault}/serviceaccounts`;
    expect((await send('POST', accounts, { metadata: { name: 'x', annotations } })).warnings).toEqual(expected);
    const again = { metadata: { labels: { a: 'b' } } };
    expect((await send('PATCH', `${accounts}/x`, again, merge)).warnings).toEqual([]);
    await send('POST', accounts, { metadata: { name: 'y' } });
    expect((await send('PATCH', `${accounts}/y`, { metadata: { annotations } }, merge)).warnings).toEqual(expected);
  });
});

describe('events', () => {
  const events = `${inDefault}/events`;
  const event = (metadata: object): object => ({ metadata, involvedObject: { namespace: 'default' } });

  it.each([
    [{ name: 'a/b%c' }, ["metadata.name: may not contain '/'", "metadata.name: may not contain '%'"]],
    [{ name: '..' }, ["metadata.name: may not be '..'"]],
    [
      { name: 'E_1', labels: { '/': 'x' } },
      ['metadata.labels: prefix part must be non-empty', /name part must be/, /./],
    ],
    [{}, ['metadata.name: name or generateName is required']],
  ])('are held to the common rules of metadata: %j', async (metadata, expected) => {
    const { send } = startTestServer();
    const { body } = await send('POST', events, event(metadata));
    expect(body.code).toBe(422);
    const causes = body.details.causes.map(
      ({ field, message }: { field: string; message: string }) => `${field}: ${message.split(': ').pop()}`,
    );
    expect(causes).toEqual(expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))));
  });

  it('tell only of themselves where these are wrong too', async () => {
    const { send } = startTestServer();
    const { body } = await send('POST', events, { metadata: { name: '..' }, involvedObject: { namespace: 'other' } });
    expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual(['involvedObject.namespace']);
  });

  it('may have any name and a finalizer of any kind', async () => {
    const { send } = startTestServer();
    expect((await send('POST', events, event({ name: 'E_1', finalizers: ['x'] }))).status).toBe(201);
    const labels = { metadata: { labels: { 'a b': '' } } };
    const { body } = await send('PATCH', `${events}/E_1`, labels, merge);
    expect(body.details.causes).toHaveLength(1);
  });
});

describe('finalizers of other kinds', () => {
  it('are Kubernetes’ own or have a domain, which is said once', async () => {
    const { send } = startTestServer();
    await send('POST', `${inDefault}/configmaps`, { metadata: { name: 'x' } });
    const { body } = await send('PATCH', `${inDefault}/configmaps/x`, { metadata: { finalizers: ['x'] } }, merge);
    const problem = 'name is neither a standard finalizer name nor is it fully qualified';
    expect(body.details.causes.map(({ message }: { message: string }) => message)).toEqual([
      `Invalid value: "x": ${problem}`,
      `Invalid value: "x": ${problem}`,
    ]);
  });
});
