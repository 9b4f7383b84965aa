import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GetBucketTaggingCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** A stack as the CDK's command line deployed it. */
export interface Deployed {
  readonly stack: string;
  /** The stack's outputs: `ApiUrl`, `ClusterId` … */
  readonly outputs: Readonly<Record<string, string>>;
  /** Of the last deployment, in milliseconds. */
  readonly tookMs: number;
  /** Deploys again, with other options where they are given. */
  redeploy(options?: Readonly<Record<string, string>>): Promise<Deployed>;
  /** Resolves when the stack and all in it are gone. */
  destroy(): Promise<void>;
}

export interface DeployOptions {
  /** In which AWS is found: `Emulator.environment`, or that of a real account. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stack's name. */
  readonly stack?: string;
  /** `-c name=value` of docs/aws.md: `admins`, `architecture`, `quotas` … */
  readonly options: Readonly<Record<string, string>>;
  /** @default `node dist/bin/cdk.js`, built before */
  readonly app?: string;
}

/** Once per account and region; a second time changes nothing. */
export async function bootstrap(environment: DeployOptions['environment'], account = '000000000000'): Promise<void> {
  const region = environment['AWS_REGION'] ?? 'us-east-1';
  await cdk(environment, ['bootstrap', `aws://${account}/${region}`]);
}

export async function deploy(settings: DeployOptions): Promise<Deployed> {
  const { environment, stack = 'finite', options, app } = settings;
  const folder = await mkdtemp(join(tmpdir(), 'finite-deploy-'));
  const started = performance.now();
  const common = ['--output', join(folder, 'cdk.out'), '-c', `stack=${stack}`, ...contextOf(options), ...appOf(app)];
  try {
    const outputsFile = join(folder, 'outputs.json');
    await cdk(environment, ['deploy', stack, '--require-approval', 'never', '--outputs-file', outputsFile, ...common]);
    const outputs = (JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>)[stack];
    return {
      stack,
      outputs: outputs ?? {},
      tookMs: performance.now() - started,
      redeploy: (changed = {}) => deploy({ ...settings, options: { ...options, ...changed } }),
      destroy: async () => {
        if (outputs?.['BucketName'] !== undefined) await tagAsTemplateSays(environment, outputs['BucketName']);
        await cdk(environment, ['destroy', stack, '--force', ...common]);
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * MiniStack makes buckets without the tags of the template, and the CDK's own custom resource empties only a bucket that
 * has the tag. Everywhere else it is there, and nothing is done.
 */
async function tagAsTemplateSays(environment: DeployOptions['environment'], Bucket: string): Promise<void> {
  const endpoint = environment['AWS_ENDPOINT_URL'];
  if (endpoint === undefined) return;
  const s3 = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: environment['AWS_REGION'] ?? 'us-east-1',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  try {
    await s3.send(new GetBucketTaggingCommand({ Bucket }));
  } catch (error) {
    if ((error as Error).name !== 'NoSuchTagSet') throw error;
    const TagSet = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  } finally {
    s3.destroy();
  }
}

/** Rejects with what the command line wrote. */
async function cdk(environment: DeployOptions['environment'], args: readonly string[]): Promise<void> {
  const program = join(root, 'node_modules', '.bin', 'cdk');
  // The caller has built it: the build that cdk.json names would run for each command.
  const always = ['--no-build', '--ci', '--progress', 'events', '--no-notices'];
  try {
    await run(program, [...args, ...always], {
      cwd: root,
      env: { ...process.env, ...environment },
      maxBuffer: OUTPUT_MAX_BYTES,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`cdk ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

function contextOf(options: DeployOptions['options']): string[] {
  return Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function appOf(app: string | undefined): string[] {
  return app === undefined ? [] : ['--app', app];
}
