import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { apiVersionOf, type Kind } from '../../lib/apis/meta/v1/kind.js';
import { kinds } from '../../lib/apis/kinds.js';
import { ApiError, type ApiClient } from '../local/api-client.js';
import { ManifestError, placeOf, type ManifestObject } from './manifests.js';

/** So many objects share one write to the disk: one by one, a thousand Jobs take ten seconds of waiting for it. */
const createdTogether = 100;

/** Throws a ManifestError, before anything is started, for kinds that are not served or never end, and without a Job. */
export function requireRunnable(manifests: readonly ManifestObject[]): void {
  for (const manifest of manifests) {
    if (kindOf(manifest).kind !== 'CronJob') continue;
    const place = placeOf(manifest, 'kind');
    throw new ManifestError(`${place}: a CronJob never ends; use finite up, or kubectl create job --from=cronjob/NAME`);
  }
  if (!manifests.some(({ object }) => object.kind === 'Job')) {
    throw new ManifestError('nothing to run: the input has no Job');
  }
}

/**
 * Creates a manifest's objects and resolves with the Jobs. Namespaces come first, also those that are only named; then all
 * the others are tried, so that nothing has begun when one of them is refused; then they are created, those that stand first
 * before those that stand far behind them.
 */
export async function applyManifests(client: ApiClient, manifests: readonly ManifestObject[]): Promise<Job[]> {
  const isNamespace = ({ object }: ManifestObject): boolean => object.kind === 'Namespace';
  for (const manifest of manifests.filter(isNamespace)) await create(client, manifest);
  const others = manifests.filter((manifest) => !isNamespace(manifest));
  for (const manifest of others) {
    if (kindOf(manifest).namespaced) await ensureNamespace(client, manifest);
  }
  for (const manifest of others) await create(client, manifest, '&dryRun=All');
  const created: KubeObject[] = [];
  for (let at = 0; at < others.length; at += createdTogether) {
    const batch = others.slice(at, at + createdTogether);
    created.push(...(await Promise.all(batch.map((manifest) => create(client, manifest)))));
  }
  return created.filter(({ kind }) => kind === 'Job') as Job[];
}

function namespaceOf({ object }: ManifestObject): string {
  return object.metadata?.namespace ?? 'default';
}

function kindOf(manifest: ManifestObject): Kind {
  const { object } = manifest;
  const found = kinds.find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
  if (found !== undefined) return found;
  const known = [...new Set(kinds.map((kind) => `${apiVersionOf(kind)} ${kind.kind}`))].join(', ');
  const place = placeOf(manifest, 'kind');
  throw new ManifestError(`${place}: no kind ${object.kind} in ${object.apiVersion}; finite serves ${known}`);
}

function collectionPath(kind: Kind, namespace: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  return kind.namespaced ? `${root}/namespaces/${namespace}/${kind.resource}` : `${root}/${kind.resource}`;
}

async function ensureNamespace(client: ApiClient, manifest: ManifestObject): Promise<void> {
  const name = namespaceOf(manifest);
  try {
    await client.get(`/api/v1/namespaces/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.code !== 404) throw error;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await client
      .create('/api/v1/namespaces', namespace)
      .catch((refused) => explain(refused, manifest, 'metadata.namespace'));
  }
}

async function create(client: ApiClient, manifest: ManifestObject, query = ''): Promise<KubeObject> {
  const path = collectionPath(kindOf(manifest), namespaceOf(manifest));
  try {
    return await client.create(`${path}?fieldValidation=Strict${query}`, manifest.object);
  } catch (error) {
    return explain(error, manifest);
  }
}

/** Throws a refusal again, with the place in the manifest that it is about. */
function explain(error: unknown, manifest: ManifestObject, field?: string): never {
  if (!(error instanceof ApiError)) throw error;
  const place = placeOf(manifest, field ?? refusedField(error));
  throw new ManifestError(`${place}: ${error.message}`, { cause: error });
}

/** The first field that a refusal names; empty: the object as a whole. What cannot be decoded is told in words alone. */
function refusedField({ status }: ApiError): string {
  const [cause] = status.details?.causes ?? [];
  const decoding = /unknown field "([^"]+)"|Go struct field \w+\.(\S+) of type/.exec(status.message);
  return cause?.field ?? decoding?.[1] ?? decoding?.[2] ?? '';
}
