import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { makePrivateFolder, writePrivateFile } from '../../../lib/adapters/local/private-files.js';
import { apiAddress, type AddressOptions } from '../../aws/api-address.js';
import { readCredentials, requireRegion, type AwsOptions } from '../../aws/credentials.js';
import { awsPlugin, execKubeconfig, finitePlugin } from '../../aws/exec-kubeconfig.js';
import { ownProgram } from '../../aws/own-program.js';
import { readStack } from '../../aws/stack.js';
import { shellQuote } from '../../local/shell-quote.js';

export interface AwsKubeconfigOptions extends AwsOptions, AddressOptions {
  readonly stack: string;
  /** A file, or `-` for standard output; left out: one of the stack's own below the data folder. */
  readonly output?: string;
  /** Which program makes the tokens. */
  readonly exec: 'finite' | 'aws';
}

/** Writes the kubeconfig of a deployed stack; resolves with what is to be printed. */
export async function kubeconfig(options: AwsKubeconfigOptions): Promise<string> {
  const { profile } = options;
  const region = await requireRegion(options);
  // Before CloudFormation says less clearly that there are none.
  const credentials = await readCredentials(options);
  const stack = await readStack(new CloudFormationClient({ region, credentials }), options.stack, region);
  const address = await apiAddress(stack, options);
  const plugin = options.exec === 'aws' ? awsPlugin(stack, profile) : finitePlugin(stack, profile, ownProgram());
  const text = execKubeconfig(stack, address, plugin);
  if (options.output === '-') return text;
  const path = resolve(options.output ?? ownPath(stack.name, region));
  if (options.output === undefined) await makePrivateFolder(dirname(path));
  await writePrivateFile(path, text);
  return `export KUBECONFIG=${shellQuote(path)}\n`;
}

function ownPath(stack: string, region: string): string {
  const data = process.env['FINITE_DATA'] ?? join(homedir(), '.finite');
  return join(data, 'aws', `${stack}.${region}.kubeconfig`);
}
