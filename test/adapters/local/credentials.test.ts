import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCredentials } from '../../../lib/adapters/local/credentials.js';
import { writePrivateFile } from '../../../lib/adapters/local/private-files.js';

const dayMs = 86_400_000;
const now = new Date('2030-01-01T00:00:00Z');
const hosts = ['localhost', '127.0.0.1'];

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'finite-credentials-'));
  folder = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true }));

const file = (): string => join(folder, 'credentials.json');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('credentials', () => {
  it('are made once: the next start finds the same', async () => {
    const first = await loadCredentials(folder, hosts, now);
    expect(await loadCredentials(folder, hosts, new Date(now.getTime() + 300 * dayMs))).toEqual(first);
  });

  it('differ between data folders', async () => {
    const one = await loadCredentials(folder, hosts, now);
    const other = await loadCredentials(join(parent, 'other'), hosts, now);
    expect(other.adminToken).not.toBe(one.adminToken);
    expect(other.authority.privateKey).not.toBe(one.authority.privateKey);
  });

  it('have a token of 256 random bits', async () => {
    const { adminToken } = await loadCredentials(folder, hosts, now);
    expect(Buffer.from(adminToken, 'base64url')).toHaveLength(32);
  });

  it('can be read by their owner only, whatever the umask says', async () => {
    const before = process.umask(0);
    try {
      await loadCredentials(folder, hosts, now);
      await writePrivateFile(join(folder, 'kubeconfig'), 'secret');
    } finally {
      process.umask(before);
    }
    expect(modeOf(folder)).toBe('700');
    expect(modeOf(file())).toBe('600');
    expect(modeOf(join(folder, 'kubeconfig'))).toBe('600');
  });

  it('become private again when written over a file that was not', async () => {
    await loadCredentials(folder, hosts, now);
    const path = join(folder, 'kubeconfig');
    writeFileSync(path, 'old', { mode: 0o644 });
    await writePrivateFile(path, 'new');
    expect(modeOf(path)).toBe('600');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('leave no temporary file behind', async () => {
    await loadCredentials(folder, hosts, now);
    expect(readdirSync(folder)).toEqual(['credentials.json']);
  });

  it.each([
    ['a host is missing', ['localhost', '127.0.0.1', 'jobs.example.org'], 0],
    ['an address is missing', ['localhost', '127.0.0.1', '192.0.2.1'], 0],
    ['the certificates end within a month', hosts, 340],
    ['the certificates have ended', hosts, 400],
  ])('are renewed when %s: same authority, same token, new certificates', async (_, wanted, days) => {
    const first = await loadCredentials(folder, hosts, now);
    const later = new Date(now.getTime() + days * dayMs);
    const renewed = await loadCredentials(folder, wanted, later);
    const server = new X509Certificate(renewed.server.certificate);
    expect(renewed.authority).toEqual(first.authority);
    expect(renewed.adminToken).toBe(first.adminToken);
    expect(renewed.admin.certificate).not.toBe(first.admin.certificate);
    expect(Date.parse(server.validTo)).toBe(later.getTime() + 365 * dayMs);
    for (const host of wanted) expect(isIP(host) ? server.checkIP(host) : server.checkHost(host)).toBe(host);
    expect(await loadCredentials(folder, wanted, later)).toEqual(renewed);
  });

  it.each([
    ['no JSON', () => '{'],
    ['empty', () => ''],
    ['without an authority', (whole: string) => JSON.stringify({ ...JSON.parse(whole), authority: undefined })],
    ['with a certificate cut short', (whole: string) => whole.replace(/MII[^\\]*\\n/, '')],
    ['with a short token', (whole: string) => JSON.stringify({ ...JSON.parse(whole), adminToken: 'short' })],
    ['with a key that is none', (whole: string) => whole.replace(/BEGIN PRIVATE KEY-----\\n.{20}/, '$&!!!!')],
    ['with a key of another certificate', exchangeKeys],
  ])('that are %s are refused with what to do, and left as they are', async (_, damage) => {
    await loadCredentials(folder, hosts, now);
    const damaged = damage(readFileSync(file(), 'utf8'));
    writeFileSync(file(), damaged);
    const error = await loadCredentials(folder, hosts, now).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toMatch(/credentials\.json is damaged \(.+\); move it away to have new credentials made$/);
    expect(readFileSync(file(), 'utf8')).toBe(damaged);
  });

  it('are not told in the message about a damaged file', async () => {
    const { adminToken } = await loadCredentials(folder, hosts, now);
    writeFileSync(file(), adminToken);
    const error = await loadCredentials(folder, hosts, now).catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain('is damaged');
    expect((error as Error).message).not.toContain(adminToken.slice(0, 12));
  });
});

function exchangeKeys(whole: string): string {
  const { server, admin, ...rest } = JSON.parse(whole) as Record<string, { certificate: string; privateKey: string }>;
  return JSON.stringify({
    ...rest,
    server: { certificate: server!.certificate, privateKey: admin!.privateKey },
    admin,
  });
}
