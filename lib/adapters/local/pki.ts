import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a local server needs to prove who it is and to know its administrator. */
export interface Pki {
  /** Signs both of the others; its key is kept so that certificates can be renewed. */
  readonly authority: KeyPair;
  readonly server: KeyPair;
  /** Client certificate of the administrator (`O=system:masters`). */
  readonly admin: KeyPair;
}

export interface PkiOptions {
  /** DNS names and IP addresses under which the server is reached. */
  readonly hosts: readonly string[];
  readonly now: Date;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
/** As kubeadm: ten years for the authority, one year for what it signs. */
const authorityDays = 3650;
const leafDays = 365;
/** Machines disagree about the time by some minutes; a certificate "from the future" would be refused. */
const clockSkewMs = 3_600_000;

/** Makes an authority, a server certificate and an administrator's client certificate. */
export async function createPki(options: PkiOptions): Promise<Pki> {
  const x509 = await loadX509();
  const authorityKeys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=finite-ca',
    notBefore: notBefore(options.now),
    notAfter: daysAfter(options.now, authorityDays),
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const signer = { certificate: authority, key: authorityKeys.privateKey };
  return {
    authority: { certificate: authority.toString('pem'), privateKey: await exportKey(authorityKeys.privateKey) },
    server: await issue(signer, 'CN=finite', options, serverExtensions(x509, options.hosts)),
    admin: await issue(signer, 'CN=finite-admin, O=system:masters', options, clientExtensions(x509)),
  };
}

/** A new server and administrator certificate by the same authority: when the old ones end, or the hosts changed. */
export async function renewPki(pki: Pki, options: PkiOptions): Promise<Pki> {
  const x509 = await loadX509();
  const key = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(pki.authority.privateKey),
    algorithm,
    true,
    ['sign'],
  );
  const signer = { certificate: new x509.X509Certificate(pki.authority.certificate), key };
  return {
    authority: pki.authority,
    server: await issue(signer, 'CN=finite', options, serverExtensions(x509, options.hosts)),
    admin: await issue(signer, 'CN=finite-admin, O=system:masters', options, clientExtensions(x509)),
  };
}

type X509 = typeof import('@peculiar/x509');

/** Loaded only when a certificate is made: it costs more time than the rest of a start together. */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  // The package types its provider with the DOM's Crypto, which Node's own is in all but name.
  x509.cryptoProvider.set(webcrypto as never);
  return x509;
}

interface Signer {
  readonly certificate: InstanceType<X509['X509Certificate']>;
  readonly key: webcrypto.CryptoKey;
}

type Extensions = InstanceType<X509['Extension']>[];

async function issue(signer: Signer, subject: string, options: PkiOptions, extensions: Extensions): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: signer.certificate.subject,
    notBefore: notBefore(options.now),
    notAfter: daysAfter(options.now, leafDays),
    publicKey: keys.publicKey,
    signingKey: signer.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(signer.certificate.publicKey),
      ...extensions,
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await exportKey(keys.privateKey) };
}

function serverExtensions(x509: X509, hosts: readonly string[]): Extensions {
  const names = hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }));
  return [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}

function clientExtensions(x509: X509): Extensions {
  return [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
}

/** 16 random bytes, the first one below 0x80 and above 0: a serial number is a positive integer. */
function serialNumber(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function notBefore(now: Date): Date {
  return new Date(now.getTime() - clockSkewMs);
}

function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}
