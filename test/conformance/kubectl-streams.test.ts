import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../bin/local/control-plane.js';
import {
  streamingHandler,
  type FunctionUrlEvent,
  type LambdaContext,
  type StreamingRuntime,
} from '../../lib/adapters/aws/lambda-http/function-url.js';
import { createPki } from '../../lib/adapters/local/pki.js';
import { installedKubectls } from '../support/kubectl.js';

type Handler = (event: FunctionUrlEvent, stream: Writable, context: LambdaContext) => Promise<void>;

/** What Lambda does for a function URL with the invoke mode RESPONSE_STREAM, over a response of Node's. */
const runtime: StreamingRuntime = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, { statusCode, headers }) {
      (stream as ServerResponse).writeHead(statusCode, headers);
      return stream;
    },
  },
};

const TOKEN = 'a-token-of-this-test';
const REMAINING_MS = 60_000;
const kubectl = installedKubectls().at(-1);
const run = promisify(execFile);

// Where no kubectl is installed there is nothing to try.
describe.skipIf(kubectl === undefined)('kubectl on a function URL that streams', () => {
  const folder = mkdtempSync(join(tmpdir(), 'finite-streams-'));
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
  let plane: ControlPlane;
  let server: Server;

  const ok = async (...args: string[]): Promise<string> => (await run(kubectl!.path, args, { env })).stdout;
  const create = async (name: string, script: string): Promise<void> => {
    await ok('create', 'job', name, '--image=none', '--', 'sh', '-c', script);
  };

  beforeAll(async () => {
    plane = await startControlPlane({ dataFolder: folder, runtime: 'process', adminToken: TOKEN });
    const handler = streamingHandler((request) => plane.fetch(request), runtime) as Handler;
    const pki = await createPki({ hosts: ['127.0.0.1'], now: new Date() });
    const { certificate: cert, privateKey: key } = pki.server;
    server = createServer({ cert, key }, (incoming, response) => void answer(handler, incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const authority = Buffer.from(pki.authority.certificate).toString('base64');
    const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority };
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'test', user: { token: TOKEN } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    };
    writeFileSync(env.KUBECONFIG, JSON.stringify(kubeconfig), { mode: 0o600 });
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('sees changes while it watches', async () => {
    const watching = spawn(kubectl!.path, ['get', 'jobs', '--watch'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let seen = '';
    const complete = new Promise<void>((resolve) => {
      watching.stdout.on('data', (text: Buffer) => {
        seen += text.toString();
        if (/^watched +Complete +1\/1/m.test(seen)) resolve();
      });
    });
    await create('watched', 'true');
    await complete;
    expect(seen).toMatch(/^watched +Running +0\/1/m);
    watching.kill('SIGINT');
    await once(watching, 'close');
  });

  it('reads a log while it is written', async () => {
    const file = join(folder, 'go-on');
    await create('talks', `echo first; until [ -e ${file} ]; do sleep 0.1; done; echo second`);
    await ok('wait', '--for=jsonpath={.status.ready}=1', 'job/talks', '--timeout=60s');
    const following = spawn(kubectl!.path, ['logs', '--follow', 'job/talks'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = following.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
    expect((await lines.next()).value).toBe('first\n');
    writeFileSync(file, '');
    expect((await lines.next()).value).toBe('second\n');
    expect((await lines.next()).done).toBe(true);
  });
});

async function answer(handler: Handler, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [rawPath = '', rawQueryString = ''] = incoming.url!.split('?');
  const body = await buffer(incoming);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const event: FunctionUrlEvent = {
    rawPath,
    rawQueryString,
    headers,
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: { domainName: '127.0.0.1', http: { method: incoming.method! } },
  };
  await handler(event, response, { getRemainingTimeInMillis: () => REMAINING_MS });
}
