import { change, fill } from '../../../meta/v1/defaults.js';
import type { Namespace } from './types.js';

/** The label by which selectors name a namespace, and the phase a namespace begins in. */
export function defaultNamespace(namespace: Namespace): Namespace {
  const { metadata } = namespace;
  const named =
    !metadata.name || metadata.labels?.['kubernetes.io/metadata.name'] === metadata.name
      ? metadata
      : { ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name } };
  return change(namespace, { metadata: named, status: fill(namespace.status ?? {}, { phase: 'Active' }) });
}
