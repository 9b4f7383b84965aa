import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { execToken, type ExecConfig } from './exec-token.js';

/** Where a kubeconfig's current context leads, and as whom. Certificates and keys are PEM. */
export interface ClusterAccess {
  readonly server: string;
  readonly namespace: string;
  readonly certificateAuthority?: string;
  readonly insecure?: boolean;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** Asked for before each request: a token may end. */
  readonly token?: () => Promise<string>;
}

export interface KubeconfigOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
  /** `--data`, where it was given. */
  readonly data?: string;
}

/** The file to read: the one named, that of the data folder named, `KUBECONFIG`, that of the usual data folder. */
export function kubeconfigPath({ kubeconfig, data }: KubeconfigOptions, environment = process.env): string {
  if (kubeconfig !== undefined) return kubeconfig;
  if (data !== undefined) return join(data, 'kubeconfig');
  const [first] = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return first ?? join(environment['FINITE_DATA'] ?? join(homedir(), '.finite'), 'kubeconfig');
}

type Fields = { readonly [name: string]: unknown };

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly clusters?: readonly { readonly name: string; readonly cluster: Fields }[];
  readonly users?: readonly { readonly name: string; readonly user: Fields }[];
  readonly contexts?: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
  }[];
}

/** Reads a kubeconfig. Rejects with a message that says what it lacks. */
export async function readKubeconfig(path: string): Promise<ClusterAccess> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path} cannot be read; finite up makes a kubeconfig, --kubeconfig names one`, { cause });
  });
  const config = (parse(text) ?? {}) as Kubeconfig;
  const context = named(config.contexts, config['current-context'])?.context;
  if (context === undefined) throw new Error(`${path} has no current context`);
  const cluster = named(config.clusters, context.cluster)?.cluster;
  const user = named(config.users, context.user)?.user ?? {};
  const server = string(cluster?.['server']);
  if (cluster === undefined || server === undefined) throw new Error(`${path} names no server`);
  if (user['auth-provider'] !== undefined) {
    throw new Error(`${path}: an auth-provider is not supported; use exec, a certificate or a token`);
  }
  const folder = dirname(path);
  return {
    server,
    namespace: context.namespace ?? 'default',
    insecure: cluster['insecure-skip-tls-verify'] === true,
    certificateAuthority: await content(cluster, 'certificate-authority', folder),
    clientCertificate: await content(user, 'client-certificate', folder),
    clientKey: await content(user, 'client-key', folder),
    token: await tokenSource(user, folder),
  };
}

/** As kubectl: a token that stands there goes before a program that makes one. */
async function tokenSource(user: Fields, folder: string): Promise<(() => Promise<string>) | undefined> {
  const token = string(user['token']) ?? (await fileContent(string(user['tokenFile']), folder))?.trim();
  if (token !== undefined) return async () => token;
  return user['exec'] ? execToken(user['exec'] as ExecConfig, folder) : undefined;
}

function named<T extends { readonly name: string }>(
  list: readonly T[] | undefined,
  name: string | undefined,
): T | undefined {
  return list?.find((each) => each.name === name);
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is in the file, or in the field beside it that holds the same in base64 and wins. */
async function content(fields: Fields, name: string, folder: string): Promise<string | undefined> {
  const data = string(fields[`${name}-data`]);
  return data === undefined ? fileContent(string(fields[name]), folder) : Buffer.from(data, 'base64').toString('utf8');
}

/** Paths in a kubeconfig are relative to it. */
async function fileContent(path: string | undefined, folder: string): Promise<string | undefined> {
  return path === undefined ? undefined : readFile(resolve(folder, path), 'utf8');
}
