import { readCredentials } from '../../bin/aws/credentials.js';
import { whoAmI } from '../../bin/aws/doctor/who-am-i.js';
import { startEcsEndpoint, type EcsEndpoint } from '../support/ecs/endpoint.js';
import type { ClientConfig } from '../support/emulator-deploy.js';
import { startEmulator, whyNoEmulator } from '../support/emulator.js';
import { freePort } from '../support/free-port.js';
import { startPodman, whyNoPodman, type TestEngine } from '../support/podman.js';
import { newestKubectl } from './kubectl-on-aws.js';

/*
 * Where the stack is deployed, by variables of the environment alone:
 *
 *   neither of the two      an emulator of our own, and in it either its own ECS or our model of ECS
 *   AWS_ENDPOINT_URL        that endpoint, an emulator: LocalStack for one. With AWS_ENDPOINT_URL_ECS, which names a port
 *                           of this machine and which it was started with too, our model of ECS listens there
 *   FINITE_TEST_ACCOUNT     that account of AWS itself, by the credentials and the Region of the environment. It costs
 *                           money, so that credentials which happen to be there are not enough
 */
export type PlaceKind = 'emulator' | 'endpoint' | 'account';

export function placeKind(environment = process.env): PlaceKind {
  if (environment['AWS_ENDPOINT_URL']) return 'endpoint';
  return environment['FINITE_TEST_ACCOUNT'] ? 'account' : 'emulator';
}

/** Where tasks run: in our model of ECS with real containers, or in the place's own. */
export type EcsKind = 'model' | 'own';

export interface Place {
  readonly kind: PlaceKind;
  /** In which the SDK, the CDK, `aws` and finite find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly client: ClientConfig;
  readonly account: string;
  /** Who the credentials are: an ARN. */
  readonly identity: string;
  /** Undefined: the place has its own, if any. */
  readonly engine: TestEngine | undefined;
  /** Undefined: tasks run in the place's own ECS. */
  readonly ecs: EcsEndpoint | undefined;
  close(): Promise<void>;
}

/** Why there is no place for the tests here; undefined: there is. */
export function whyNoPlace(): string | undefined {
  if (newestKubectl === undefined) return 'no kubectl is installed';
  if (placeKind() === 'emulator') return whyNoPodman() ?? whyNoEmulator();
  return modelUrl('model') === undefined ? undefined : whyNoPodman();
}

/** Whether the model of ECS is to be had. */
export function hasModel(): boolean {
  return placeKind() === 'emulator' || modelUrl('model') !== undefined;
}

export async function openPlace(ecs: EcsKind): Promise<Place> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await each();
  };
  try {
    const kind = placeKind();
    const model =
      modelUrl(ecs) ?? (kind === 'emulator' && ecs === 'model' ? `http://127.0.0.1:${await freePort()}` : undefined);
    const environment = { ...(model !== undefined && { AWS_ENDPOINT_URL_ECS: model }) };
    const engine = kind === 'emulator' || model !== undefined ? await startEngine(closers) : undefined;
    const endpoint = kind === 'emulator' ? await startOwn(engine!, environment, closers) : givenEndpoint();
    const access = endpoint === undefined ? await accessToAccount() : accessTo(endpoint);
    const identity = await whoAmI(access.client.credentials, access.client.region, access.environment);
    const [, , , , account = ''] = identity.split(':');
    checkAccount(kind, account);
    const place = {
      kind,
      ...access,
      environment: { ...access.environment, ...environment },
      account,
      identity,
      engine,
    };
    const started = engine && model !== undefined ? await startModel(engine, place, model, closers) : undefined;
    return { ...place, ecs: started, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is deployed is what docs/aws.md says, but for what emulators lack. */
export function optionsFor({ kind, identity }: Pick<Place, 'kind' | 'identity'>): Readonly<Record<string, string>> {
  if (kind === 'account') return { admins: identity };
  return {
    admins: identity,
    // Functions run on this machine.
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    // MiniStack knows no metric math.
    alarms: 'false',
    dashboard: 'false',
    // The engine has no registry.
    helperImage: 'docker.io/library/busybox:1.36',
  };
}

function givenEndpoint(): string | undefined {
  return process.env['AWS_ENDPOINT_URL'] || undefined;
}

/** That of a given endpoint. */
function modelUrl(ecs: EcsKind): string | undefined {
  return placeKind() === 'endpoint' && ecs === 'model' ? process.env['AWS_ENDPOINT_URL_ECS'] || undefined : undefined;
}

type Access = Pick<Place, 'environment' | 'client'>;

/** As in docs/aws.md. */
const REGION = 'eu-central-1';

/** Emulators believe any keys. */
function accessTo(endpoint: string): Access {
  const { AWS_ACCESS_KEY_ID = 'test', AWS_SECRET_ACCESS_KEY = 'test', AWS_REGION = REGION } = process.env;
  return {
    environment: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION },
    client: {
      endpoint,
      region: AWS_REGION,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    },
  };
}

/** As keys, whatever they come from: kubectl runs with a home of its own, where no profile is. */
async function accessToAccount(): Promise<Access> {
  const region = process.env['AWS_REGION'];
  if (!region) throw new Error('FINITE_TEST_ACCOUNT asks for AWS_REGION');
  const credentials = await readCredentials({});
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    },
    client: { region, credentials },
  };
}

function checkAccount(kind: PlaceKind, account: string): void {
  const wanted = process.env['FINITE_TEST_ACCOUNT'];
  if (kind !== 'account' || account === wanted) return;
  throw new Error(`FINITE_TEST_ACCOUNT is ${wanted}, but the credentials are of ${account}`);
}

type Closers = (() => Promise<unknown>)[];

async function startEngine(closers: Closers): Promise<TestEngine> {
  const engine = await startPodman();
  closers.push(() => engine.close());
  engine.addPerl();
  // As docs/aws.md names it.
  engine.podman('tag', engine.image, 'public.ecr.aws/docker/library/busybox:1.37');
  return engine;
}

async function startOwn(
  engine: TestEngine,
  environment: Readonly<Record<string, string>>,
  closers: Closers,
): Promise<string> {
  const emulator = await startEmulator({ engine: engine.address, environment });
  closers.push(() => emulator.stop());
  return emulator.endpoint;
}

async function startModel(
  engine: TestEngine,
  { client, account }: Pick<Place, 'client' | 'account'>,
  url: string,
  closers: Closers,
): Promise<EcsEndpoint> {
  const { endpoint, region, credentials } = client;
  const ecs = await startEcsEndpoint({
    engine: engine.address,
    awsEndpoint: endpoint!,
    region,
    account,
    credentials,
    port: Number(new URL(url).port),
    containerEnvironment: (host) => ({ AWS_ENDPOINT_URL: endpoint!.replace(/localhost|127\.0\.0\.1/, host) }),
  });
  closers.push(() => ecs.close());
  return ecs;
}
