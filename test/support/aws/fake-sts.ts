import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface FakeKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Whose it is. */
  readonly arn: string;
}

export interface FakeSts {
  /** For `AWS_ENDPOINT_URL_STS`. */
  readonly url: string;
  /** Paths with their queries, in the order they came. */
  readonly requests: readonly string[];
  /** Answers everything in this way instead, until it is called without. */
  answerWith(answer?: (request: IncomingMessage, response: ServerResponse) => void): void;
  stop(): Promise<void>;
}

/** An STS that knows some access keys and answers GetCallerIdentity to those whose signature is right for their headers. */
export async function startFakeSts(keys: Readonly<Record<string, FakeKey>>): Promise<FakeSts> {
  const requests: string[] = [];
  let instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    requests.push(request.url!);
    if (instead !== undefined) return instead(request, response);
    void answer(keys, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (other) => {
      instead = other;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  keys: Readonly<Record<string, FakeKey>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = Object.fromEntries(new URL(request.url!, 'http://sts').searchParams);
  const [accessKeyId = '', , region = ''] = (query['X-Amz-Credential'] ?? '').split('/');
  const key = Object.hasOwn(keys, accessKeyId) ? keys[accessKeyId] : undefined;
  const expected = key && (await signatureOf({ ...key, accessKeyId }, region, query, request));
  if (key === undefined || expected !== query['X-Amz-Signature']) return refuse(response);
  const account = /^arn:[^:]*:[^:]*::(\d*):/.exec(key.arn)?.[1];
  response.setHeader('content-type', 'application/json');
  const result = { Account: account, Arn: key.arn, UserId: 'AIDAEXAMPLE' };
  const metadata = { RequestId: '00000000-0000-0000-0000-000000000000' };
  response.end(
    JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: result, ResponseMetadata: metadata } }),
  );
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/json' });
  const error = { Code: 'SignatureDoesNotMatch', Message: 'The signature does not match.', Type: 'Sender' };
  response.end(JSON.stringify({ Error: error, RequestId: '00000000-0000-0000-0000-000000000000' }));
}

/** Signs the same again, with the headers that were named as signed as they came. */
async function signatureOf(
  credentials: FakeKey & { readonly accessKeyId: string },
  region: string,
  query: Record<string, string>,
  { headers }: IncomingMessage,
): Promise<unknown> {
  const signed = (query['X-Amz-SignedHeaders'] ?? '').split(';').map((name) => [name, String(headers[name] ?? '')]);
  const own = Object.entries(query).filter(([name]) => !name.startsWith('X-Amz-'));
  const [, year, month, day, hour, minute, second] =
    /^(....)(..)(..)T(..)(..)(..)Z$/.exec(query['X-Amz-Date'] ?? '') ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime())) return undefined;
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const presigned = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: headers.host ?? '',
      path: '/',
      query: Object.fromEntries(own),
      headers: Object.fromEntries(signed),
    },
    { expiresIn: Number(query['X-Amz-Expires']), signingDate: date },
  );
  return presigned.query?.['X-Amz-Signature'];
}
