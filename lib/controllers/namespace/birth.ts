import type { Command, NewObject } from '../decision.js';

export const DEFAULT_SERVICE_ACCOUNT = 'default';
export const ROOT_CA_CONFIG_MAP = 'kube-root-ca.crt';

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export interface ObservedNamespaceContent {
  readonly namespace: string;
  readonly hasServiceAccount: boolean;
  /** The data of its `kube-root-ca.crt`, if that is there. */
  readonly rootCertificates: { readonly [key: string]: string } | undefined;
}

/** What every namespace has from its first moment on, and gets again when it is deleted. */
export function namespaceContent(observed: ObservedNamespaceContent, rootCertificates: string): readonly Command[] {
  const { namespace, hasServiceAccount } = observed;
  const commands: Command[] = [];
  if (!hasServiceAccount) {
    const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: DEFAULT_SERVICE_ACCOUNT, namespace } };
    commands.push({ do: 'create', resource: 'serviceaccounts', object, owner: '' });
  }
  if (!observed.rootCertificates) {
    const object: NewObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: ROOT_CA_CONFIG_MAP,
        namespace,
        annotations: { 'kubernetes.io/description': DESCRIPTION },
      },
      data: { 'ca.crt': rootCertificates },
    };
    commands.push({ do: 'create', resource: 'configmaps', object, owner: '' });
  }
  return commands;
}
