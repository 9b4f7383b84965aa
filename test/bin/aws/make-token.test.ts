import { describe, expect, it } from 'vitest';
import { makeToken } from '../../../bin/aws/make-token.js';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const where = { clusterId: 'finite', region: 'eu-west-1' };

function urlOf(token: string): URL {
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
}

describe('a token', () => {
  it('has the signature that aws eks get-token (awscli 1.46.3) makes of the same', async () => {
    const { token, expiresAt } = await makeToken(credentials, where, new Date('2026-11-21T15:04:01Z'));
    const url = urlOf(token);
    expect(url.origin + url.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261121/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20261121T150401Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Signature': 'd5e833917c357da5d886ae59b08cbae97abaf84bc1fc1c5040756d224252f9f4',
    });
    expect(expiresAt).toEqual(new Date('2026-11-21T15:18:01Z'));
  });

  it('carries the token of a session, and ends no later than it', async () => {
    const session = { ...credentials, sessionToken: 'a+b/c==', expiration: new Date('2030-01-01T00:05:00Z') };
    const { token, expiresAt } = await makeToken(session, where, new Date('2030-01-01T00:00:00Z'));
    expect(urlOf(token).searchParams.get('X-Amz-Security-Token')).toBe('a+b/c==');
    expect(expiresAt).toEqual(session.expiration);
  });

  it.each([
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-iso-east-1', 'sts.us-iso-east-1.c2s.ic.gov'],
  ])('is for the STS of its region: %s', async (region, host) => {
    const { token } = await makeToken(credentials, { ...where, region }, new Date());
    expect(urlOf(token).host).toBe(host);
  });

  it('cannot be made for what is not a region', async () => {
    await expect(makeToken(credentials, { ...where, region: 'moon' }, new Date())).rejects.toThrow(
      '"moon" is not an AWS region',
    );
  });
});
