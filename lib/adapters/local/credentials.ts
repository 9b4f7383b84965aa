import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createPki, renewPki, type KeyPair, type Pki } from './pki.js';
import { makePrivateFolder, readIfThere, writePrivateFile } from './private-files.js';

/** Everything secret of a local server, kept in `DIR/credentials.json` (0600). */
export interface Credentials extends Pki {
  /** Bearer token of the administrator, for clients that speak no client certificates. */
  readonly adminToken: string;
}

/** A certificate this close to its end is renewed at the next start. */
const renewalMs = 30 * 86_400_000;

/**
 * Reads a data folder's credentials, or makes them at the first start. The authority stays for good, so that a
 * kubeconfig once given out keeps working; the certificates are renewed when they end soon or lack one of `hosts`.
 */
export async function loadCredentials(folder: string, hosts: readonly string[], now: Date): Promise<Credentials> {
  await makePrivateFolder(folder);
  const path = join(folder, 'credentials.json');
  const text = await readIfThere(path);
  const existing = text === undefined ? undefined : parse(text, path);
  if (existing !== undefined && !needsRenewal(existing, hosts, now)) return existing;
  const pki = existing === undefined ? await createPki({ hosts, now }) : await renewPki(existing, { hosts, now });
  const credentials = { ...pki, adminToken: existing?.adminToken ?? randomBytes(32).toString('base64url') };
  await writePrivateFile(path, JSON.stringify(credentials, undefined, 2) + '\n');
  return credentials;
}

function parse(text: string, path: string): Credentials {
  try {
    const value = parseJson(text) as Credentials;
    for (const part of ['authority', 'server', 'admin'] as const) checkPair(part, value[part]);
    if (typeof value.adminToken !== 'string' || value.adminToken.length < 32) throw new Error('adminToken is missing');
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} is damaged (${why}); move it away to have new credentials made`);
  }
}

/** Without the parser's own message, which quotes what it has read. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Error('it is not JSON');
  }
}

function checkPair(part: string, pair: KeyPair | undefined): void {
  if (!isKeyPair(pair)) throw new Error(`its ${part} is not a certificate and its key`);
}

function isKeyPair(pair: KeyPair | undefined): boolean {
  try {
    return new X509Certificate(pair!.certificate).checkPrivateKey(createPrivateKey(pair!.privateKey));
  } catch {
    return false;
  }
}

function needsRenewal(credentials: Credentials, hosts: readonly string[], now: Date): boolean {
  const server = new X509Certificate(credentials.server.certificate);
  const end = Math.min(
    Date.parse(server.validTo),
    Date.parse(new X509Certificate(credentials.admin.certificate).validTo),
  );
  if (end - now.getTime() < renewalMs) return true;
  return !hosts.every((host) => (isIP(host) ? server.checkIP(host) : server.checkHost(host)) !== undefined);
}
