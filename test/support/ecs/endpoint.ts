import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { engineAddresses } from '../../../lib/adapters/local/container-runtime/engine-address.js';
import { Engine } from '../../../lib/adapters/local/container-runtime/engine.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { EngineBackend } from './engine-backend.js';
import { EventTarget } from './event-target.js';
import type { TaskStateChangeEvent } from './events.js';
import { FakeEcs } from './fake-ecs.js';
import { NO_QUOTAS, type EcsQuotas } from './quotas.js';
import { startEcsServer } from './server.js';

export interface EcsEndpointOptions {
  /** As in DOCKER_HOST. */
  readonly engine: string;
  /** Where CloudWatch Logs, S3, Secrets Manager and Lambda are. */
  readonly awsEndpoint: string;
  readonly region?: string;
  readonly account?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Left out: any that is free. */
  readonly port?: number;
  /** Variables of every container, such as AWS_ENDPOINT_URL; given is this machine's address as containers see it. */
  readonly containerEnvironment?: (hostAddress: string) => Readonly<Record<string, string>>;
  readonly quotas?: EcsQuotas;
  /** How long provisioning, pending and deprovisioning take, each. */
  readonly stepMs?: number;
  /** The Lambda function that gets the events, or `setTaskStateFunction` later. */
  readonly taskStateFunction?: string;
  /** Sees every event before the function does. */
  readonly onEvent?: (event: TaskStateChangeEvent) => void;
  /** What goes wrong where nobody waits: events and logs that could not be delivered. */
  readonly onError?: (error: unknown) => void;
}

export interface EcsEndpoint {
  /** For AWS_ENDPOINT_URL_ECS. It listens on all addresses, so that containers reach it too. */
  readonly url: string;
  readonly port: number;
  /** To interrupt, to lose events, to run out of capacity. */
  readonly ecs: FakeEcs;
  setTaskStateFunction(name: string): void;
  close(): Promise<void>;
}

/** Starts the model of ECS with real containers behind an address of its own. */
export async function startEcsEndpoint(options: EcsEndpointOptions): Promise<EcsEndpoint> {
  const { region = 'us-east-1', account = '000000000000', stepMs = 20, onError = console.error } = options;
  const config = {
    endpoint: options.awsEndpoint,
    region,
    credentials: options.credentials ?? { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const [address] = engineAddresses({ DOCKER_HOST: options.engine });
  const engine = await Engine.connect(address!);
  const hostAddress = await gatewayOf(engine);
  const target = new EventTarget(new LambdaClient(config), options.taskStateFunction, onError);
  const backend = new EngineBackend({
    engine,
    logs: new CloudWatchLogsClient(config),
    sources: {
      s3: new S3Client({ ...config, forcePathStyle: true }),
      secretsManager: new SecretsManagerClient(config),
    },
    environment: options.containerEnvironment?.(hostAddress) ?? {},
    onError,
  });
  const ecs = new FakeEcs({
    clock: new SystemClock(),
    backend,
    quotas: options.quotas ?? NO_QUOTAS,
    delays: { provisioningMs: stepMs, pendingMs: stepMs, deprovisioningMs: stepMs },
    place: { region, account },
    onEvent: (event) => {
      options.onEvent?.(event);
      target.send(event);
    },
  });
  const setTaskStateFunction = (name: string) => (target.functionName = name);
  const server = await startEcsServer({ ecs, port: options.port ?? 0, host: '0.0.0.0', setTaskStateFunction });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    ecs,
    setTaskStateFunction,
    close: async () => {
      await server.close();
      await backend.tidy();
      engine.close();
    },
  };
}

/** Of the network that containers are on when nothing else is said. */
async function gatewayOf(engine: Engine): Promise<string> {
  const network = engine.isPodman ? 'podman' : 'bridge';
  const { IPAM } = await engine.json<{ IPAM: { Config: { Gateway: string }[] } }>(`/networks/${network}`);
  return IPAM.Config[0]!.Gateway;
}
