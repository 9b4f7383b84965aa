import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeToken } from '../../../../bin/aws/make-token.js';
import { stsHostsBeside } from '../../../../lib/adapters/aws/iam-authenticator/partitions.js';
import { readToken } from '../../../../lib/adapters/aws/iam-authenticator/token.js';

const now = Date.parse('2030-01-01T00:00:00Z');
const rules = { isStsHost: stsHostsBeside('eu-west-1'), now };
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/b+c==' };
const where = { clusterId: 'finite', region: 'eu-west-1' };

const honest = decode((await makeToken(credentials, where, new Date(now))).token);
const withoutSession = decode(
  (await makeToken({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, where, new Date(now))).token,
);

function decode(token: string): string {
  return Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
}

function tokenOf(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

function read(url: string): ReturnType<typeof readToken> {
  return readToken(tokenOf(url), rules);
}

function refusalOf(token: string): string | undefined {
  const result = readToken(token, rules);
  return 'refused' in result ? result.refused : undefined;
}

/** The URL with a parameter replaced, or taken away. */
function having(name: string, value: string | undefined): string {
  const pattern = new RegExp(`([?&])${name}=[^&]*`);
  expect(honest).toMatch(pattern);
  const replaced = honest.replace(pattern, value === undefined ? '$1' : `$1${name}=${value}`);
  return replaced.replace('?&', '?').replace('&&', '&').replace(/&$/, '');
}

describe('an honest token', () => {
  it.each([
    ['with the token of a session', honest],
    ['of a key that lasts', withoutSession],
  ])('is sent as it came: %s', (_, url) => {
    expect(read(url)).toEqual({
      host: 'sts.eu-west-1.amazonaws.com',
      path: url.slice('https://sts.eu-west-1.amazonaws.com'.length),
      expiresAtMs: now + 15 * 60_000,
    });
  });

  it('may leave out the slash', () => {
    expect(read(honest.replace('.com/?', '.com?'))).toEqual(read(honest));
  });

  it('may be made by a clock that is ahead by five minutes', async () => {
    const made = async (ms: number): Promise<string | undefined> =>
      refusalOf((await makeToken(credentials, where, new Date(now + ms))).token);
    expect(await made(5 * 60_000)).toBeUndefined();
    expect(await made(5 * 60_000 + 1000)).toBe('X-Amz-Date is in the future');
  });

  it('is believed for a quarter of an hour', async () => {
    const made = async (ms: number): Promise<string | undefined> =>
      refusalOf((await makeToken(credentials, where, new Date(now - ms))).token);
    expect(await made(15 * 60_000 - 1000)).toBeUndefined();
    expect(await made(15 * 60_000)).toBe('the token has expired');
  });
});

describe('a token is refused', () => {
  it.each([
    ['that is too large', `k8s-aws-v1.${'A'.repeat(4096)}`, 'the token is too large'],
    ['of another kind', 'k8s-aws-v2.aaaa', 'the token is not base64url after its prefix'],
    ['in plain base64', `k8s-aws-v1.${'A'.repeat(3)}=`, 'the token is not base64url after its prefix'],
    ['with what base64url would skip', `${tokenOf(honest)}!`, 'the token is not base64url after its prefix'],
    ['with bits left over', 'k8s-aws-v1.aB', 'the token is not base64url after its prefix'],
    ['of nothing', 'k8s-aws-v1.', 'the token is not a presigned URL of STS'],
  ])('%s', (_, token, refusal) => {
    expect(refusalOf(token)).toBe(refusal);
  });

  const url = 'the token is not a presigned URL of STS';
  it.each([
    ['http', honest.replace('https:', 'http:'), url],
    ['HTTPS in capitals', honest.replace('https:', 'HTTPS:'), url],
    ['a port', honest.replace('.com/', '.com:443/'), url],
    ['a user', honest.replace('https://', 'https://sts.eu-west-1.amazonaws.com@'), url],
    ['a path', honest.replace('.com/?', '.com/x?'), url],
    ['a second slash', honest.replace('.com/?', '.com//?'), url],
    ['no query', honest.replace(/\?.*/, ''), url],
    ['a fragment', `${honest}#x`, url],
    ['a blank before it', ` ${honest}`, url],
    ['a line break', `${honest}\r\nHost: example.com`, url],
    ['a backslash', honest.replace('.com/', String.raw`.com\@example.com/`), url],
    ['another host', honest.replace('sts.', 'sts-x.'), '"sts-x.eu-west-1.amazonaws.com" is not an STS endpoint'],
    ['a host in capitals', honest.replace('sts.eu', 'STS.eu'), '"STS.eu-west-1.amazonaws.com" is not an STS endpoint'],
  ])('whose URL has %s', (_, text, refusal) => {
    expect(read(text)).toEqual({ refused: refusal });
  });

  it.each([
    ['Action', 'AssumeRole', 'query parameter action is missing or malformed'],
    ['Action', 'getcalleridentity', 'query parameter action is missing or malformed'],
    ['Action', 'GetCallerIdentity%00', 'query parameter action is missing or malformed'],
    ['Version', '2012-01-01', 'query parameter version is missing or malformed'],
    ['X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256', 'query parameter x-amz-algorithm is missing or malformed'],
    ['X-Amz-Credential', 'A%2F20300101%2Feu-west-1%2Fs3%2Faws4_request', /x-amz-credential is missing or malformed/],
    ['X-Amz-Expires', '901', 'X-Amz-Expires is above 900'],
    ['X-Amz-Expires', '-1', 'query parameter x-amz-expires is missing or malformed'],
    ['X-Amz-Expires', '6e1', 'query parameter x-amz-expires is missing or malformed'],
    ['X-Amz-Date', '20300101T000000', 'query parameter x-amz-date is missing or malformed'],
    ['X-Amz-Date', '20291331T000000Z', 'X-Amz-Date is not a date'],
    ['X-Amz-Date', '20290231T000000Z', 'X-Amz-Date is not a date'],
    ['X-Amz-Signature', 'abc', 'query parameter x-amz-signature is missing or malformed'],
    ['X-Amz-SignedHeaders', 'host', 'the headers host and x-k8s-aws-id are not both signed'],
    ['X-Amz-SignedHeaders', 'x-k8s-aws-id', 'the headers host and x-k8s-aws-id are not both signed'],
    ['X-Amz-SignedHeaders', 'host%3Bx-k8s-aws-id-2', 'the headers host and x-k8s-aws-id are not both signed'],
    ['X-Amz-SignedHeaders', 'host%3BX-K8S-AWS-ID', 'query parameter x-amz-signedheaders is missing or malformed'],
    ['X-Amz-Security-Token', '', 'query parameter x-amz-security-token is missing or malformed'],
    ['X-Amz-Security-Token', 'a+b', 'a query parameter is malformed'],
    ['X-Amz-Security-Token', '%zz', 'a query parameter is malformed'],
    ['X-Amz-Security-Token', '%ff', 'a query parameter is malformed'],
  ])('with %s=%s', (name, value, refusal) => {
    expect(read(having(name, value))).toEqual({
      refused: typeof refusal === 'string' ? refusal : expect.stringMatching(refusal),
    });
  });

  it.each([
    'Action',
    'Version',
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ])('without %s', (name) => {
    expect(read(having(name, undefined))).toEqual({
      refused: `query parameter ${name.toLowerCase()} is missing or malformed`,
    });
  });

  it.each([
    ['RoleArn', 'x'],
    ['X-Amz-Content-Sha256', 'x'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
    // Lower-cased as text it would be x-amz-security-token with an ordinary k.
    ['X-Amz-Security-To%E2%84%AAen', 'x'],
  ])('with a parameter that is not one of its own: %s', (name, value) => {
    expect(read(`${honest}&${name}=${value}`)).toEqual({ refused: expect.stringMatching(/^unknown query parameter/) });
  });

  // The three of CVE-2022-2385: names that differ in case only, of which the checker and STS each read another.
  it.each([
    ['an action that STS does not read', '&action=GetCallerIdentity', 'Action', 'Action=AssumeRole'],
    ['a signed cluster name that STS does not read', '&x-amz-signedheaders=host%3Bx-k8s-aws-id', '', ''],
    ['a key that STS does not read', '&x-amz-credential=AKIDOTHER%2F20300101%2Feu-west-1%2Fsts%2Faws4_request', '', ''],
  ])('that names %s', (_, added, replaced, by) => {
    const text = (replaced === '' ? honest : honest.replace(/Action=\w+/, by)) + added;
    expect(read(text)).toEqual({ refused: expect.stringMatching(/is there twice$/) });
  });
});

describe('any token', () => {
  const letterCase = (name: string): fc.Arbitrary<string> =>
    fc
      .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
      .map((upper) => [...name].map((c, i) => (upper[i] ? c.toUpperCase() : c.toLowerCase())).join(''));

  it('that names a parameter again, in whatever case and place, is refused', () => {
    const [base, query] = honest.split('?') as [string, string];
    const pairs = query.split('&');
    const again = fc
      .constantFrom(...pairs)
      .chain((pair) => fc.tuple(letterCase(pair.split('=')[0]!), fc.constant(pair.split('=')[1]!)));
    fc.assert(
      fc.property(again, fc.nat({ max: pairs.length }), ([name, value], at) => {
        const more = pairs.toSpliced(at, 0, `${name}=${value}`);
        expect(read(`${base}?${more.join('&')}`)).toEqual({ refused: expect.stringMatching(/is there twice$/) });
      }),
    );
  });

  it('is refused without a crash, or asks an STS endpoint for the caller and nothing else', () => {
    const edits = fc.array(fc.tuple(fc.nat(honest.length), fc.nat(3), fc.string({ maxLength: 3 })), { maxLength: 3 });
    const edited = edits.map((list) =>
      list.reduce((text, [at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed), honest),
    );
    const anything = fc.oneof(edited.map(tokenOf), fc.string({ unit: 'binary' }).map(tokenOf), fc.string());
    fc.assert(
      fc.property(anything, (token) => {
        const result = readToken(token, rules);
        if ('refused' in result) return;
        expect(rules.isStsHost(result.host)).toBe(true);
        const { pathname, searchParams } = new URL(`https://${result.host}${result.path}`);
        const names = [...searchParams.keys()].map((name) => name.toLowerCase());
        expect(pathname).toBe('/');
        expect(new Set(names).size).toBe(names.length);
        expect(new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value])).get('action')).toBe(
          'GetCallerIdentity',
        );
      }),
      { numRuns: 2000 },
    );
  });
});
