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
