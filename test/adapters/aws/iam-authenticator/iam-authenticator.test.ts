import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeToken } from '../../../../bin/aws/make-token.js';
import { IamAuthenticator } from '../../../../lib/adapters/aws/iam-authenticator/iam-authenticator.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { StatusError } from '../../../../lib/apis/meta/v1/status-error.js';
import type { User } from '../../../../lib/ports/authentication.js';
import { startFakeSts, type FakeSts } from '../../../support/aws/fake-sts.js';

const start = Date.parse('2030-01-01T00:00:00Z');
const region = 'eu-west-1';
const keys = {
  AKIDADMIN: { secretAccessKey: 'a', sessionToken: 's+/=', arn: 'arn:aws:sts::123456789012:assumed-role/Deployer/al' },
  AKIDOTHER: { secretAccessKey: 'b', arn: 'arn:aws:iam::123456789012:user/bob' },
} as const;
const admin: User = { name: keys.AKIDADMIN.arn, groups: ['system:masters'] };

describe('the IAM authenticator', () => {
  let sts: FakeSts;
  let clock: VirtualClock;
  let reasons: string[];
  let authenticator: IamAuthenticator;

  beforeEach(async () => {
    sts = await startFakeSts(keys);
    clock = new VirtualClock(start);
    reasons = [];
    authenticator = new IamAuthenticator({
      clusterId: 'finite',
      region,
      admins: ['arn:aws:iam::123456789012:role/Deployer'],
      clock,
      endpoint: sts.url,
      onRefusal: (reason) => reasons.push(reason),
    });
  });
  afterEach(() => sts.stop());

  const tokenFor = async (accessKeyId: keyof typeof keys, clusterId = 'finite'): Promise<string> =>
    (await makeToken({ ...keys[accessKeyId], accessKeyId }, { clusterId, region }, new Date(clock.now()))).token;
  const ask = (token: string): Promise<User | undefined> =>
    authenticator.authenticate(new Request('http://server/', { headers: { authorization: `Bearer ${token}` } }));

  it('knows an administrator by the role', async () => {
    expect(await ask(await tokenFor('AKIDADMIN'))).toEqual(admin);
  });

  it('knows others, who may nothing', async () => {
    expect(await ask(await tokenFor('AKIDOTHER'))).toEqual({ name: keys.AKIDOTHER.arn, groups: [] });
  });

  it('does not know who signed for another cluster', async () => {
    expect(await ask(await tokenFor('AKIDADMIN', 'production'))).toBeUndefined();
    expect(reasons).toEqual(['STS answers 403']);
  });

  it('does not know whose signature is wrong', async () => {
    const forged = await makeToken(
      { accessKeyId: 'AKIDADMIN', secretAccessKey: 'guess', sessionToken: 's+/=' },
      { clusterId: 'finite', region },
      new Date(clock.now()),
    );
    expect(await ask(forged.token)).toBeUndefined();
  });

  it.each(['another-token', 'k8s-aws-v1.x', 'k8s-aws-v1.aHR0cHM6Ly9leGFtcGxlLmNvbS8'])(
    'asks nobody about %s',
    async (token) => {
      expect(await ask(token)).toBeUndefined();
      expect(sts.requests).toEqual([]);
    },
  );

  it('asks once a minute about a token, and not after it has expired', async () => {
    const token = await tokenFor('AKIDADMIN');
    for (const second of [0, 1, 59]) {
      clock.advanceTo(start + second * 1000);
      expect(await ask(token)).toEqual(admin);
    }
    expect(sts.requests).toHaveLength(1);
    clock.advanceTo(start + 60_000);
    expect(await ask(token)).toEqual(admin);
    expect(sts.requests).toHaveLength(2);
    clock.advanceTo(start + 15 * 60_000 - 30_000);
    expect(await ask(token)).toEqual(admin);
    clock.advanceTo(start + 15 * 60_000);
    expect(await ask(token)).toBeUndefined();
    expect(sts.requests).toHaveLength(3);
  });

  it('asks once for requests that come together', async () => {
    const token = await tokenFor('AKIDADMIN');
    expect(await Promise.all(Array.from({ length: 20 }, () => ask(token)))).toEqual(Array(20).fill(admin));
    expect(sts.requests).toHaveLength(1);
  });

  it('asks again about a token that was not believed', async () => {
    const token = await tokenFor('AKIDADMIN', 'production');
    await ask(token);
    await ask(token);
    expect(sts.requests).toHaveLength(2);
  });

  it('remembers a thousand tokens, not more', async () => {
    const first = await tokenFor('AKIDADMIN');
    await ask(first);
    const { name } = admin;
    const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <GetCallerIdentityResult><Arn>${name}</Arn><UserId>A</UserId><Account>1</Account></GetCallerIdentityResult>
      <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
    sts.answerWith((_, response) => response.setHeader('content-type', 'text/xml').end(body));
    const [base] = Buffer.from(first.slice(11), 'base64url').toString().split('&X-Amz-Signature');
    const numbered = (n: number): string =>
      `k8s-aws-v1.${Buffer.from(`${base}&X-Amz-Signature=${String(n).padStart(64, '0')}`).toString('base64url')}`;
    for (let n = 0; n < 1000; n++) expect(await ask(numbered(n))).toEqual(admin);
    expect(sts.requests).toHaveLength(1001);
    await ask(numbered(999));
    expect(sts.requests).toHaveLength(1001);
    await ask(first);
    expect(sts.requests).toHaveLength(1002);
  });

  describe('when STS gives no verdict', () => {
    const unavailable = { status: { code: 503, reason: 'ServiceUnavailable' } };

    it.each([
      ['a fault', 500, '', /STS answers 500/],
      ['a throttle', 400, '{"Error":{"Code":"Throttling"}}', /STS answers 400/],
      ['too many requests', 429, '', /STS answers 429/],
      ['no answer to the question', 200, '{}', /not understood/],
      ['no JSON', 200, '<html>', /not understood/],
      ['more than could be one', 200, `"${'x'.repeat(20_000)}"`, /more than 16384 bytes/],
    ])('nobody is known, and asked to try again: %s', async (_, status, body, reason) => {
      sts.answerWith((__, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
      await expect(ask(await tokenFor('AKIDADMIN'))).rejects.toMatchObject(unavailable);
      expect(reasons).toEqual([expect.stringMatching(reason)]);
    });

    it('a redirect is not followed', async () => {
      sts.answerWith((request, response) =>
        response.writeHead(302, { location: `${sts.url}${request.url}&followed` }).end(),
      );
      await expect(ask(await tokenFor('AKIDADMIN'))).rejects.toMatchObject(unavailable);
      expect(sts.requests).toHaveLength(1);
    });

    it('nor is anybody when it cannot be reached, until it can', async () => {
      sts.answerWith((request) => request.socket.destroy());
      const token = await tokenFor('AKIDADMIN');
      await expect(ask(token)).rejects.toBeInstanceOf(StatusError);
      sts.answerWith();
      expect(await ask(token)).toEqual(admin);
    });

    it('what it says of somebody that is no identity is not believed', async () => {
      const body = {
        GetCallerIdentityResponse: { GetCallerIdentityResult: { Account: '1', Arn: 'arn:aws:iam::1:x' } },
      };
      sts.answerWith((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
      expect(await ask(await tokenFor('AKIDADMIN'))).toBeUndefined();
    });
  });

  it('tells STS which cluster it is, whatever the client says', async () => {
    const seen: unknown[] = [];
    sts.answerWith((request, response) => {
      const { host, accept, authorization, 'x-k8s-aws-id': id } = request.headers;
      seen.push({ host, accept, authorization, id });
      response.writeHead(403).end();
    });
    const headers = { authorization: `Bearer ${await tokenFor('AKIDADMIN')}`, 'x-k8s-aws-id': 'production' };
    await authenticator.authenticate(new Request('http://server/', { headers }));
    expect(seen).toEqual([
      { host: 'sts.eu-west-1.amazonaws.com', accept: 'application/json', authorization: undefined, id: 'finite' },
    ]);
  });

  it('goes on when a kept connection was closed meanwhile', async () => {
    let answered = 0;
    sts.answerWith((request, response) => {
      if (answered++ === 1) request.socket.resetAndDestroy();
      else response.writeHead(403).end();
    });
    const token = await tokenFor('AKIDADMIN');
    expect(await ask(token)).toBeUndefined();
    expect(await ask(token)).toBeUndefined();
    expect(answered).toBe(3);
  });

  it('cannot be made for a region that is none', () => {
    const options = { clusterId: 'finite', region: 'moon', admins: [], clock };
    expect(() => new IamAuthenticator(options)).toThrow('"moon" is not an AWS region');
  });
});
