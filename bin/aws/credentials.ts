import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Credentials } from './make-token.js';

/** As in AWS' own tools. */
export interface AwsOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** Where a profile is named, that it goes before keys in the environment needs no warning. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Credentials as AWS' own tools find them: environment, profile (SSO, roles, processes), container, instance. Rejects
 * with a message that says what to do.
 */
export async function readCredentials({ profile }: AwsOptions): Promise<Credentials> {
  const provider = fromNodeProviderChain(profile === undefined ? {} : { profile, logger: silent });
  const credentials = await provider().catch((error: unknown) => {
    throw explain(error, profile);
  });
  // The chain hands out what it finds, whatever its age.
  if (credentials.expiration !== undefined && credentials.expiration.getTime() <= Date.now()) {
    throw new Error(`the AWS credentials expired at ${credentials.expiration.toISOString()}; ${wayOut(profile)}`);
  }
  return credentials;
}

/** The region that is asked for, or that of the environment; else that of the profile, else undefined. */
export async function findRegion(options: AwsOptions, environment = process.env): Promise<string | undefined> {
  const region = options.region || environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  if (region) return region;
  // Only a client reads the region of a profile, and takes a while to load.
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(options.profile === undefined ? {} : { profile: options.profile });
  return client.config.region().catch(() => undefined);
}

export async function requireRegion(options: AwsOptions): Promise<string> {
  const region = await findRegion(options);
  if (region === undefined) throw new Error('no AWS region; set it by --region, AWS_REGION or in the profile');
  return region;
}

function explain(error: unknown, profile: string | undefined): Error {
  const message = error instanceof Error ? error.message : String(error);
  const what = /expired/i.test(message) ? 'the AWS credentials have expired' : 'no AWS credentials';
  return new Error(`${what} (${message}); ${wayOut(profile)}`, { cause: error });
}

function wayOut(profile: string | undefined): string {
  const login = profile === undefined ? 'aws sso login' : `aws sso login --profile ${profile}`;
  return `${login}, name a profile by --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
}
