import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secret } from '@aws-sdk/client-ecs';
import type { ContainerPlan } from './backend.js';

export interface EnvironmentSources {
  readonly s3: S3Client;
  readonly secretsManager: SecretsManagerClient;
}

/** Files first, then plain variables, then secrets: the later wins ("environment variables" in the developer guide). */
export async function environmentOf(
  { environment, environmentFiles, definition }: ContainerPlan,
  sources: EnvironmentSources,
): Promise<Record<string, string>> {
  const files = await Promise.all(environmentFiles.map((arn) => fileVariables(sources.s3, arn)));
  const secrets = await Promise.all(
    (definition.secrets ?? []).map(async (secret) => [secret.name!, await secretValue(sources, secret)] as const),
  );
  return { ...Object.assign({}, ...files), ...environment, ...Object.fromEntries(secrets) };
}

/** `VARIABLE=value` a line, taken as it is; empty lines and those that begin with `#` say nothing. */
async function fileVariables(s3: S3Client, arn: string): Promise<Record<string, string>> {
  const [, Bucket, Key] = /^arn:aws[\w-]*:s3:::([^/]+)\/(.+)$/.exec(arn) ?? [];
  if (Bucket === undefined) throw new Error(`invalid S3 object ARN ${arn}`);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const lines = (await Body!.transformToString()).split(/\r?\n/);
  const variables = lines.filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    variables.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>[:<JSON key>:<stage>:<version>]` */
async function secretValue({ secretsManager }: EnvironmentSources, { valueFrom = '' }: Secret): Promise<string> {
  const parts = valueFrom.split(':');
  if (parts[2] !== 'secretsmanager') throw new Error(`${valueFrom} is not a secret of Secrets Manager`);
  const SecretId = parts.slice(0, 7).join(':');
  const { SecretString = '' } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  const key = parts[7];
  return key ? String((JSON.parse(SecretString) as Record<string, unknown>)[key]) : SecretString;
}
