import { Sha256 } from '@aws-crypto/sha256-js';
import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';

/** A task waits this long at most between its launch and its first container; signing with a role allows no more. */
const EXPIRES_SECONDS = 60 * 60;

export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
  /** Of something that speaks S3 elsewhere; left out: AWS. */
  readonly endpoint?: string;
}

/** A URL that lets whoever has it read one object, for an hour from `now` (ms since 1970). */
export async function presignedUrl(client: S3Client, place: BucketPlace, key: string, now: number): Promise<string> {
  const { bucket, region, endpoint } = place;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const base = new URL(endpoint === undefined ? `https://${bucket}.s3.${region}.${domain}` : `${endpoint}/${bucket}`);
  const path = `${base.pathname.replace(/\/$/, '')}/${key}`;
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: client.config.credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const port = base.port === '' ? undefined : Number(base.port);
  const request = {
    method: 'GET',
    protocol: base.protocol,
    hostname: base.hostname,
    ...(port !== undefined && { port }),
    path,
    query: {},
    headers: { host: base.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  };
  const signed = await signer.presign(request, { expiresIn: EXPIRES_SECONDS, signingDate: new Date(now) });
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${base.origin}${path}?${query.join('&')}`;
}
