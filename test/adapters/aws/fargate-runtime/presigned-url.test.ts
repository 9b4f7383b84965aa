import { expect, test } from 'vitest';
import { presignedUrl } from '../../../../lib/adapters/aws/fargate-runtime/presigned-url.js';
import { TestBucket } from './fargate-world.js';

const NOW = Date.UTC(2026, 0, 1);

test('a URL names one object and ends after an hour', async () => {
  const place = { bucket: 'files', region: 'eu-west-1' };
  const url = new URL(await presignedUrl(new TestBucket().client, place, 'volumes/a.tar.gz', NOW));
  expect(`${url.origin}${url.pathname}`).toBe('https://files.s3.eu-west-1.amazonaws.com/volumes/a.tar.gz');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'id/20260101/eu-west-1/s3/aws4_request',
    'X-Amz-Date': '20260101T000000Z',
    'X-Amz-Expires': '3600',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('elsewhere than on AWS the bucket is in the path', async () => {
  const place = { bucket: 'files', region: 'us-east-1', endpoint: 'http://10.88.0.1:4566' };
  const url = new URL(await presignedUrl(new TestBucket().client, place, 'volumes/a.tar.gz', NOW));
  expect(`${url.origin}${url.pathname}`).toBe('http://10.88.0.1:4566/files/volumes/a.tar.gz');
});
