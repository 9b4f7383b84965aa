import { cronJobKind } from './batch/v1/cronjob/kind.js';
import { jobKind } from './batch/v1/job/kind.js';
import { configMapKind } from './core/v1/configmap/kind.js';
import { eventKind } from './core/v1/event/kind.js';
import { namespaceKind } from './core/v1/namespace/kind.js';
import { podKind } from './core/v1/pod/kind.js';
import { secretKind } from './core/v1/secret/kind.js';
import { serviceAccountKind } from './core/v1/serviceaccount/kind.js';
import { apiVersionOf, type Kind } from './meta/v1/kind.js';

/** Every kind the server knows, in the order in which discovery lists them (by group, then by resource). */
export const kinds: readonly Kind[] = [
  configMapKind,
  eventKind,
  namespaceKind,
  podKind,
  secretKind,
  serviceAccountKind,
  cronJobKind,
  jobKind,
];

const byKind = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));
const byResource = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.resource}`, kind]));

/** The kind that an object's `apiVersion` and `kind` name: `kindOf('batch/v1', 'Job')`. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

/** The kind served at a path: `kindOfResource('batch/v1', 'jobs')`; `v1` is the core group. */
export function kindOfResource(apiVersion: string, resource: string): Kind | undefined {
  return byResource.get(`${apiVersion}/${resource}`);
}
