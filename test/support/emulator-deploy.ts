import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetBucketTaggingCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

type Environment = Readonly<Record<string, string>>;

/** For the SDK's clients. */
export interface ClientConfig {
  /** Undefined: AWS itself. */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A stack as the CDK's command line deployed it. */
export interface Deployed {
  readonly stack: string;
  /** The stack's outputs: `ApiUrl`, `ClusterId` … */
  readonly outputs: Readonly<Record<string, string>>;
  /** Deploys again, with other options where they are given. */
  redeploy(options?: Readonly<Record<string, string>>): Promise<Deployed>;
  /** Resolves when the stack and all in it are gone. */
  destroy(): Promise<void>;
}

export interface DeployOptions {
  /** In which AWS is found. */
  readonly environment: Environment;
  readonly client: ClientConfig;
  /** The stack's name. */
  readonly stack: string;
  /** `-c name=value` of docs/aws.md: `admins`, `architecture`, `quotas` … */
  readonly options: Readonly<Record<string, string>>;
}

/** Once per account and region; a second time changes nothing. */
export async function bootstrap(environment: Environment, account: string, region: string): Promise<void> {
  await cdk(environment, ['bootstrap', `aws://${account}/${region}`]);
}

export async function deploy(settings: DeployOptions): Promise<Deployed> {
  await withStack(settings, ['deploy', settings.stack, '--require-approval', 'never']);
  return deployed(settings);
}

/** A stack that somebody has deployed. */
export async function deployed(settings: DeployOptions): Promise<Deployed> {
  const { environment, client, stack, options } = settings;
  const outputs = await stackOutputs(client, stack);
  return {
    stack,
    outputs,
    redeploy: (changed = {}) => deploy({ environment, client, stack, options: { ...options, ...changed } }),
    destroy: async () => {
      await tagBucket(client, outputs['BucketName']!);
      await withStack(settings, ['destroy', stack, '--force']);
    },
  };
}

/** Whether there is one of the name. */
export async function isDeployed(client: ClientConfig, stack: string): Promise<boolean> {
  return stackOutputs(client, stack).then(
    () => true,
    (error: Error) => {
      if (/does not exist/.test(error.message)) return false;
      throw error;
    },
  );
}

export async function stackOutputs(client: ClientConfig, stack: string): Promise<Readonly<Record<string, string>>> {
  const cloudFormation = new CloudFormationClient(client);
  try {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((each) => [each.OutputKey!, each.OutputValue!]));
  } finally {
    cloudFormation.destroy();
  }
}

/**
 * MiniStack makes buckets without the tags of the template, and the CDK's own custom resource empties only a bucket that
 * has the tag. Everywhere else it is there, and nothing is done.
 */
export async function tagBucket(client: ClientConfig, Bucket: string): Promise<void> {
  const s3 = new S3Client({ ...client, forcePathStyle: client.endpoint !== undefined });
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

/** A command of the CDK that makes the template, in a folder of its own. */
async function withStack({ environment, stack, options }: DeployOptions, args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'finite-deploy-'));
  const given = Object.entries({ stack, ...options }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    await cdk(environment, [...args, '--output', join(folder, 'cdk.out'), ...given]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rejects with what the command line wrote. */
async function cdk(environment: Environment, args: readonly string[]): Promise<void> {
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
