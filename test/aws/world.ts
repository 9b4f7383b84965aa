import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BufferedAnswer } from '../../lib/adapters/aws/lambda-http/function-url.js';
import { listen, type HttpServer } from '../../lib/adapters/local/node-http.js';
import { createPki } from '../../lib/adapters/local/pki.js';
import { bootstrap, deploy, type Deployed } from '../support/emulator-deploy.js';
import { startEmulator, type Emulator } from '../support/emulator.js';
import { freePort } from '../support/free-port.js';
import { startEcsEndpoint, type EcsEndpoint } from '../support/ecs/endpoint.js';
import { startPodman, type TestEngine } from '../support/podman.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../dist/bin/finite.js', import.meta.url));

export interface WorldOptions {
  /** Where tasks run: in the model of ECS with real containers, or in the emulator's own ECS. */
  readonly ecs: 'model' | 'emulator';
}

/** The deployed stack on an endpoint that looks like AWS, with containers of this machine. */
export interface World {
  readonly emulator: Emulator;
  readonly engine: TestEngine;
  /** Undefined: tasks run in the emulator's own ECS. */
  readonly ecs: EcsEndpoint | undefined;
  readonly stack: Deployed;
  /** For kubectl, made by `finite aws kubeconfig`. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** What ECS does slowly is done fast here, and functions are of this machine's architecture. */
const OPTIONS = {
  admins: 'arn:aws:iam::000000000000:root',
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  // The emulator knows no metric math.
  alarms: 'false',
  dashboard: 'false',
  helperImage: 'docker.io/library/busybox:1.36',
};

export async function startWorld({ ecs: kind }: WorldOptions): Promise<World> {
  const closers: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await each();
  };
  try {
    const engine = await startPodman();
    closers.push(() => engine.close());
    engine.addPerl();
    const port = await freePort();
    const own: Record<string, string> = kind === 'model' ? { AWS_ENDPOINT_URL_ECS: `http://127.0.0.1:${port}` } : {};
    const emulator = await startEmulator({ engine: engine.address, environment: own });
    closers.push(() => emulator.stop());
    const ecs = kind === 'model' ? await startModel(engine, emulator, port) : undefined;
    if (ecs) closers.push(() => ecs.close());
    await bootstrap(emulator.environment);
    const stack = await deploy({ environment: emulator.environment, options: OPTIONS });
    ecs?.setTaskStateFunction(stack.outputs['TaskStateFunctionName']!);
    const folder = mkdtempSync(join(tmpdir(), 'finite-aws-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const door = await openDoor(emulator, stack.outputs['ApiUrl']!);
    closers.push(() => door.server.close(0));
    const kubeconfig = await writeKubeconfig(folder, emulator, door);
    return { emulator, engine, ecs, stack, kubeconfig, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startModel(engine: TestEngine, emulator: Emulator, port: number): Promise<EcsEndpoint> {
  return startEcsEndpoint({
    engine: engine.address,
    awsEndpoint: emulator.endpoint,
    port,
    containerEnvironment: (host) => ({ AWS_ENDPOINT_URL: emulator.endpoint.replace('localhost', host) }),
  });
}

interface Door {
  readonly server: HttpServer;
  readonly authority: string;
}

/** Function URLs of the emulator are names that only it knows: a door that kubectl finds. */
async function openDoor(emulator: Emulator, apiUrl: string): Promise<Door> {
  const pki = await createPki({ now: new Date(), hosts: ['127.0.0.1', 'localhost'] });
  const { host } = new URL(apiUrl);
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    authority: pki.authority.certificate,
    certificate: pki.server.certificate,
    privateKey: pki.server.privateKey,
    fetch: (request) => forward(request, emulator.endpoint, host),
  });
  return { server, authority: pki.authority.certificate };
}

/**
 * The emulator does not stream: of a function whose URL has the invoke mode RESPONSE_STREAM it hands out what the handler
 * returned as it is, where AWS would make an answer of it.
 */
async function forward(request: Request, endpoint: string, host: string): Promise<Response> {
  const answer = await send(request, endpoint, host);
  const text = answer.body.toString();
  if (answer.type !== 'application/octet-stream' || !text.startsWith('{"statusCode"')) {
    return new Response(answer.body, { status: answer.status });
  }
  const { statusCode, headers, body } = JSON.parse(text) as BufferedAnswer;
  const isEmpty = statusCode === 204 || statusCode === 304;
  return new Response(isEmpty ? null : Buffer.from(body, 'base64'), { status: statusCode, headers });
}

interface EmulatorAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

async function send(request: Request, endpoint: string, host: string): Promise<EmulatorAnswer> {
  const { pathname, search } = new URL(request.url);
  const headers = { ...Object.fromEntries(request.headers), host };
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${endpoint}${pathname}${search}`, { method: request.method, headers }, (incoming) => {
      const { statusCode: status = 502, headers: given } = incoming;
      buffer(incoming).then((whole) => resolve({ status, type: given['content-type'], body: whole }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** As users get it, but for the address, which is the door's. */
async function writeKubeconfig(folder: string, emulator: Emulator, { server, authority }: Door): Promise<string> {
  const path = join(folder, 'kubeconfig');
  const env = { ...process.env, ...emulator.environment };
  await run(process.execPath, [program, 'aws', 'kubeconfig', '--stack', 'finite', '--output', path], { env });
  const text = readFileSync(path, 'utf8').replace(
    /^(\s*)server: .*$/m,
    `$1server: https://127.0.0.1:${server.port}\n$1certificate-authority-data: ${Buffer.from(authority).toString('base64')}`,
  );
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
