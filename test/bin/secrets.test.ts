import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startServer } from '../../bin/commands/up.js';
import type { Credentials } from '../../lib/adapters/local/credentials.js';

const data = mkdtempSync(join(tmpdir(), 'finite-secrets-'));
afterEach(() => rmSync(data, { recursive: true, force: true }));

it('tells no key and no token in what it prints, whatever is asked of it', async () => {
  let printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed += String(chunk);
      return true;
    });
  }
  const first = await startServer({ data, listen: { host: '127.0.0.1', port: 0 }, runtime: 'instant' });
  const credentials = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')) as Credentials;
  const ca = credentials.authority.certificate;
  const sent = { password: 'hunter2-of-the-body', wrong: 'a-wrong-token-of-a-header', query: 'a-token-of-a-query' };
  const secrets = '/api/v1/namespaces/default/secrets';
  const secret = { metadata: { name: 'Not_A_Name' }, stringData: { password: sent.password }, unknown: sent.password };
  const answers = [
    await send(`${first.url}${secrets}`, ca, credentials.adminToken, JSON.stringify(secret)),
    await send(`${first.url}${secrets}`, ca, credentials.adminToken, `{"stringData":"${sent.password}`),
    await send(`${first.url}${secrets}`, ca, sent.wrong),
    await send(`${first.url}${secrets}?token=${sent.query}`, ca, credentials.adminToken),
  ];
  await first.stop();
  const again = await startServer({ data, listen: { host: 'localhost', port: 0 }, runtime: 'none' });
  await again.stop();
  vi.restoreAllMocks();
  expect(answers).toEqual([422, 400, 401, 200]);
  expect(printed).toContain('finite serves the Kubernetes API on');
  const keys = [credentials.authority, credentials.server, credentials.admin].map(
    ({ privateKey }) => privateKey.split('\n')[1]!,
  );
  for (const text of [credentials.adminToken, ...Object.values(sent), ...keys]) expect(printed).not.toContain(text);
});

function send(url: string, ca: string, token: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    request(url, { ca, method: body === undefined ? 'GET' : 'POST', headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end(body);
  });
}
