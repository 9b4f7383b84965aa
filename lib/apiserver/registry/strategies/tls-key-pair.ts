import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { canonicalBase64, Base64Error } from '../../../apis/meta/v1/base64.js';

/**
 * Why a Secret of type `kubernetes.io/tls` is no pair of a certificate and its key, in the words of Go's `crypto/tls`;
 * undefined: it is one. Both are base64, as the Secret holds them.
 */
export function keyPairProblem(certificate: string, privateKey: string): string | undefined {
  const [certificates, keys] = [pemBlocks(certificate), pemBlocks(privateKey)];
  const first = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (first === undefined) return noCertificate(certificates.map(({ type }) => type));
  const key = keys.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (key === undefined) return noKey(keys.map(({ type }) => type));
  const read = readCertificate(first.bytes);
  if (read === undefined) return 'x509: malformed certificate';
  const parsed = readKey(key.bytes);
  if (parsed === undefined) return 'tls: failed to parse private key';
  return mismatch(read, parsed);
}

interface PemBlock {
  readonly type: string;
  readonly bytes: Buffer;
}

const block =
  /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n((?:[^\n]*:[^\n]*\n)*)([A-Za-z0-9+/=\s]*?)-----END \1-----[ \t\r]*(?=\n|$)/g;

/** What cannot be read is passed over. */
function pemBlocks(base64: string): readonly PemBlock[] {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return [...text.matchAll(block)].flatMap(([, type = '', , body = '']) => {
    const bytes = decode(body.replace(/\s/g, ''));
    return bytes === undefined ? [] : [{ type, bytes }];
  });
}

function decode(base64: string): Buffer | undefined {
  try {
    return Buffer.from(canonicalBase64(base64), 'base64');
  } catch (error) {
    if (error instanceof Base64Error) return undefined;
    throw error;
  }
}

function noCertificate(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (skipped.length === 1 && skipped[0]!.endsWith('PRIVATE KEY')) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`;
}

function noKey(skipped: readonly string[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in key input';
  if (skipped.length === 1 && skipped[0] === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`;
}

function readCertificate(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** The block's type says little: each form is tried. */
function readKey(der: Buffer): KeyObject | undefined {
  for (const type of ['pkcs1', 'pkcs8', 'sec1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      // Not of this form.
    }
  }
  return undefined;
}

const known: ReadonlySet<string | undefined> = new Set(['rsa', 'ec', 'ed25519']);

function mismatch(certificate: X509Certificate, key: KeyObject): string | undefined {
  const { asymmetricKeyType: type } = certificate.publicKey;
  if (!known.has(type)) return 'tls: unknown public key algorithm';
  if (type !== key.asymmetricKeyType) return 'tls: private key type does not match public key type';
  return certificate.checkPrivateKey(key) ? undefined : 'tls: private key does not match public key';
}
