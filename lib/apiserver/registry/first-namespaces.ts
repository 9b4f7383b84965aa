import { StatusError } from '../../apis/meta/v1/status-error.js';
import { createObject } from './create.js';
import type { RegistryContext } from './registry.js';
import { strategyOf } from './strategies.js';

/** The namespaces every server has. */
const names = ['default', 'kube-system'];

/** Makes, at the first start, the namespaces every client counts on. */
export async function prepareNamespaces(context: RegistryContext): Promise<void> {
  const options = { dryRun: false, warn: () => {} };
  for (const name of names) {
    const draft = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} };
    await createObject(context, strategyOf('namespaces'), '', draft, options).catch(ignoreExisting);
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof StatusError && error.status.reason === 'AlreadyExists')) throw error;
}
