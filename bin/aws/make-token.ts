import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { stsHost } from '../../lib/adapters/aws/iam-authenticator/partitions.js';
import { clusterIdHeader, tokenPrefix } from '../../lib/adapters/aws/iam-authenticator/token.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end, where they do. */
  readonly expiration?: Date;
}

export interface Token {
  readonly token: string;
  /** When a new one should be fetched. */
  readonly expiresAt: Date;
}

/** STS believes a signature for 15 minutes; the last one is for clocks that differ. */
const LIFETIME_MS = 14 * 60_000;
/** STS pays no regard to it; the first aws-iam-authenticators wanted 60. */
const EXPIRES_SECONDS = 60;

/** A bearer token that says who has the credentials, to one cluster only: what `aws eks get-token` makes. */
export async function makeToken(
  credentials: Credentials,
  { clusterId, region }: { readonly clusterId: string; readonly region: string },
  now: Date,
): Promise<Token> {
  const hostname = stsHost(region);
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, [clusterIdHeader]: clusterId },
    },
    { expiresIn: EXPIRES_SECONDS, signingDate: now },
  );
  const parts = Object.entries(query).map(([name, value]) => `${name}=${escape(String(value))}`);
  const url = `https://${hostname}/?${parts.join('&')}`;
  const until = Math.min(now.getTime() + LIFETIME_MS, credentials.expiration?.getTime() ?? Infinity);
  return { token: tokenPrefix + Buffer.from(url).toString('base64url'), expiresAt: new Date(until) };
}

/** RFC 3986, as the signature is computed. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
