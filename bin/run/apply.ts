import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { apiVersionOf, type Kind } from '../../lib/apis/meta/v1/kind.js';
import { kinds } from '../../lib/apis/kinds.js';
import { ApiError, type ApiClient } from '../local/api-client.js';
import { ManifestError, type ManifestObject } from './manifests.js';

/** Throws a ManifestError, before anything is started, for kinds that are not served or never end, and without a Job. */
export function requireRunnable(manifests: readonly ManifestObject[]): void {
  for (const { object, origin } of manifests) {
    if (kindOf(object, origin).kind !== 'CronJob') continue;
    throw new ManifestError(
      `${origin}: a CronJob never ends; use finite up, or kubectl create job --from=cronjob/NAME`,
    );
  }
  if (!manifests.some(({ object }) => object.kind === 'Job')) {
    throw new ManifestError('nothing to run: the input has no Job');
  }
}

/** Creates a manifest's objects in order, namespaces they name and nobody made before them; resolves with the Jobs. */
export async function applyManifests(client: ApiClient, manifests: readonly ManifestObject[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const { object, origin } of manifests) {
    const kind = kindOf(object, origin);
    const namespace = object.metadata?.namespace ?? 'default';
    if (kind.namespaced) await ensureNamespace(client, namespace);
    const created = await create(client, collectionPath(kind, namespace), object, origin);
    if (kind.kind === 'Job') jobs.push(created as Job);
  }
  return jobs;
}

function kindOf(object: ManifestObject['object'], origin: string): Kind {
  const found = kinds.find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
  if (found !== undefined) return found;
  const known = [...new Set(kinds.map((kind) => `${apiVersionOf(kind)} ${kind.kind}`))].join(', ');
  throw new ManifestError(`${origin}: no kind ${object.kind} in ${object.apiVersion}; finite serves ${known}`);
}

function collectionPath(kind: Kind, namespace: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  return kind.namespaced ? `${root}/namespaces/${namespace}/${kind.resource}` : `${root}/${kind.resource}`;
}

async function ensureNamespace(client: ApiClient, name: string): Promise<void> {
  try {
    await client.get(`/api/v1/namespaces/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.code !== 404) throw error;
    await client.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

async function create(client: ApiClient, path: string, object: unknown, origin: string): Promise<KubeObject> {
  try {
    return await client.create(`${path}?fieldValidation=Strict`, object);
  } catch (error) {
    if (error instanceof ApiError) throw new ManifestError(`${origin}: ${error.message}`, { cause: error });
    throw error;
  }
}
