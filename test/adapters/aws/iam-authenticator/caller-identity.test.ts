import { describe, expect, it } from 'vitest';
import { readCallerArn } from '../../../../lib/adapters/aws/iam-authenticator/caller-identity.js';

const arn = 'arn:aws:iam::123456789012:user/bob';
const json = (result: unknown): string =>
  JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: result } });
const xml = (fields: string): string =>
  `<?xml version="1.0"?>\n<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
  `<GetCallerIdentityResult>${fields}</GetCallerIdentityResult>` +
  `<ResponseMetadata><RequestId>1-2</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

describe('the answer of GetCallerIdentity', () => {
  it.each([
    ['application/json', json({ Account: '123456789012', Arn: arn, UserId: 'AIDA' })],
    ['application/x-amz-json-1.1', json({ Account: '123456789012', Arn: arn, UserId: 'AIDA' })],
    ['text/xml', xml(`<Arn>${arn}</Arn><UserId>AIDA</UserId><Account>123456789012</Account>`)],
    ['text/xml;charset=utf-8', xml(`\n <UserId>AIDA</UserId>\n <Account>1</Account>\n <Arn>${arn}</Arn>\n `)],
  ])('is read as %s', (type, body) => {
    expect(readCallerArn(type, body)).toBe(arn);
  });

  it.each([
    ['application/json', json({ Arn: arn })],
    ['application/json', json({ Account: '1', Arn: [arn] })],
    ['application/json', JSON.stringify({ Account: '1', Arn: arn })],
    ['application/json', 'null'],
    ['application/json', xml(`<Arn>${arn}</Arn><UserId>A</UserId><Account>1</Account>`)],
    ['text/xml', json({ Account: '1', Arn: arn })],
    ['text/xml', xml(`<Arn>${arn}</Arn><Arn>${arn}</Arn><Account>1</Account>`)],
    ['text/xml', xml(`<Arn>a&amp;b</Arn><UserId>A</UserId><Account>1</Account>`)],
    ['text/xml', `${xml(`<Arn>${arn}</Arn><UserId>A</UserId><Account>1</Account>`)}<x/>`],
    ['text/xml', ''],
  ])('is not %s: %s', (type, body) => {
    expect(readCallerArn(type, body)).toBeUndefined();
  });
});
