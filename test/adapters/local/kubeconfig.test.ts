import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { adminKubeconfig, renewedKubeconfig } from '../../../lib/adapters/local/kubeconfig.js';

const pair = (name: string) => ({ certificate: `${name} certificate\n`, privateKey: `${name} key\n` });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the administrator’s kubeconfig', () => {
  it.each([
    ['https://127.0.0.1:6443', 'a-token'],
    ['https://[::1]:6443', '-begins-like-a-list'],
    ['https://jobs.example.org:443', '0123456789'],
  ])('leads to %s with certificate and token, and names the authority but not its key', (server, adminToken) => {
    const credentials = { authority: pair('authority'), server: pair('server'), admin: pair('admin'), adminToken };
    const text = adminKubeconfig(server, credentials);
    expect(parse(text)).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'finite',
      clusters: [
        { name: 'finite', cluster: { server, 'certificate-authority-data': base64('authority certificate\n') } },
      ],
      users: [
        {
          name: 'finite-admin',
          user: {
            'client-certificate-data': base64('admin certificate\n'),
            'client-key-data': base64('admin key\n'),
            token: adminToken,
          },
        },
      ],
      contexts: [{ name: 'finite', context: { cluster: 'finite', user: 'finite-admin', namespace: 'default' } }],
    });
    expect(text).not.toContain(base64('authority key\n'));
    expect(text).not.toContain(base64('server key\n'));
  });

  const credentials = { authority: pair('a'), server: pair('s'), admin: pair('new'), adminToken: 't' };
  const admin = adminKubeconfig('https://127.0.0.1:7443', credentials);

  it('renews its own entries in a file, and leaves what somebody has added', async () => {
    const before = parse(adminKubeconfig('https://127.0.0.1:6443', { ...credentials, admin: pair('old') }));
    before.contexts[0].context.namespace = 'reports';
    before.contexts.push({ name: 'other', context: { cluster: 'other', user: 'me' } });
    before.clusters.unshift({ name: 'other', cluster: { server: 'https://other.example.com' } });
    before['current-context'] = 'other';
    const after = parse(await renewedKubeconfig(JSON.stringify(before), admin));
    const { clusters, users } = parse(admin);
    expect(after).toEqual({ ...before, users, clusters: [before.clusters[0], clusters[0]] });
  });

  it.each([undefined, 'a: [', '- a list', '', admin])(
    'is written as it is where there was none that can be read: %j',
    async (existing) => {
      expect(await renewedKubeconfig(existing, admin)).toBe(admin);
    },
  );
});
