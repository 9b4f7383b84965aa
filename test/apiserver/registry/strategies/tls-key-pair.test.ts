import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPki, type KeyPair } from '../../../../lib/adapters/local/pki.js';
import { keyPairProblem } from '../../../../lib/apiserver/registry/strategies/tls-key-pair.js';

let pair: KeyPair;
let other: KeyPair;

beforeAll(async () => {
  const pki = await createPki({ hosts: ['localhost'], now: new Date('2030-01-01T00:00:00Z') });
  pair = pki.server;
  other = pki.admin;
});

function problem(certificate: string, key: string): string | undefined {
  return keyPairProblem(Buffer.from(certificate).toString('base64'), Buffer.from(key).toString('base64'));
}

function pem(type: string, body: string): string {
  return `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`;
}

describe('a certificate and a key', () => {
  it('that belong together are no problem, whatever stands around them', () => {
    expect(problem(pair.certificate, pair.privateKey)).toBeUndefined();
    const parameters = pem('EC PARAMETERS', 'BggqhkjOPQMBBw==');
    expect(problem(`of the server\n${pair.certificate}\n${other.certificate}`, parameters + pair.privateKey)).toBe(
      undefined,
    );
  });

  it('of different pairs do not match', () => {
    expect(problem(pair.certificate, other.privateKey)).toBe('tls: private key does not match public key');
    const { privateKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    expect(problem(pair.certificate, privateKey)).toBe('tls: private key type does not match public key type');
  });

  it.each<[string, () => [string, string], string]>([
    ['without certificate', () => ['x', pair.privateKey], 'tls: failed to find any PEM data in certificate input'],
    ['without key', () => [pair.certificate, 'x'], 'tls: failed to find any PEM data in key input'],
    [
      'switched',
      () => [pair.privateKey, pair.certificate],
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'of two certificates',
      () => [pair.certificate, pair.certificate],
      'tls: found a certificate rather than a key in the PEM for the private key',
    ],
    [
      'of other blocks',
      () => [pem('A', 'YQ==') + pem('B', 'YQ=='), ''],
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [A B]',
    ],
    [
      'whose key is another block',
      () => [pair.certificate, pem('PUBLIC KEY', 'YQ==')],
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [PUBLIC KEY]',
    ],
    ['that is none', () => [pem('CERTIFICATE', 'YQ=='), pair.privateKey], 'x509: malformed certificate'],
    ['whose key is none', () => [pair.certificate, pem('PRIVATE KEY', 'YQ==')], 'tls: failed to parse private key'],
  ])('%s are told so', (_, inputs, message) => {
    expect(problem(...inputs())).toBe(message);
  });
});
