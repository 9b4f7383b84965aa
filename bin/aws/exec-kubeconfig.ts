import { stringify } from 'yaml';
import type { ApiAddress } from './api-address.js';
import type { Stack } from './stack.js';

/** A program that prints an `ExecCredential`. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  /** Shown where the program is missing. */
  readonly installHint: string;
}

/** A kubeconfig with one cluster, whose user asks a program for a token. Function URLs have certificates that all believe. */
export function execKubeconfig({ name, region }: Stack, address: ApiAddress, plugin: ExecPlugin): string {
  const id = `${name}.${region}`;
  const { server, certificateAuthority } = address;
  const cluster = {
    server,
    ...(certificateAuthority !== undefined && {
      'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
    }),
  };
  const { command, args, env = [], installHint } = plugin;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args,
    ...(env.length > 0 && { env }),
    installHint,
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': id,
    clusters: [{ name: id, cluster }],
    users: [{ name: id, user: { exec } }],
    contexts: [{ name: id, context: { cluster: id, user: id, namespace: 'default' } }],
  });
}

/** `finite aws token`, run by `program`: how this program itself was started. */
export function finitePlugin(
  { clusterId, region }: Stack,
  profile: string | undefined,
  program: readonly [string, ...string[]],
): ExecPlugin {
  const [command, ...before] = program;
  const chosen = profile === undefined ? [] : ['--profile', profile];
  return {
    command,
    args: [...before, 'aws', 'token', '--cluster', clusterId, '--region', region, ...chosen],
    installHint:
      'finite makes the token; it was here when this kubeconfig was written: finite aws kubeconfig writes it anew',
  };
}

/** AWS' own command line, for people who have it and not finite. */
export function awsPlugin({ clusterId, region }: Stack, profile: string | undefined): ExecPlugin {
  return {
    command: 'aws',
    args: ['--region', region, 'eks', 'get-token', '--cluster-name', clusterId, '--output', 'json'],
    ...(profile !== undefined && { env: [{ name: 'AWS_PROFILE', value: profile }] }),
    installHint: 'aws makes the token; https://docs.aws.amazon.com/cli installs it',
  };
}
