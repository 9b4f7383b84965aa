import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { ApiError, type ApiClient } from '../local/api-client.js';
import { controllerUid, isUnderWay, outcomeOf } from './progress.js';

const pollMs = 100;

/**
 * Deletes the Jobs that have not ended and the pods that are nobody's, and resolves when the last pod has stopped. It
 * asks what there is instead of believing the watches: they may not have told of a pod that has just been created.
 */
export async function stopEverything(client: ApiClient): Promise<void> {
  const jobs = await unfinishedJobs(client);
  await Promise.all(
    jobs.map((job) => remove(client, jobsPath(job), job.metadata.name, { propagationPolicy: 'Foreground' })),
  );
  const pods = (await podsUnderWay(client)).filter((pod) => controllerUid(pod) === undefined);
  await Promise.all(
    pods.map((pod) => remove(client, podsPath(pod), pod.metadata.name, { propagationPolicy: 'Background' })),
  );
  while (!(await isQuiet(client))) await new Promise((resolve) => setTimeout(resolve, pollMs));
}

/** Shortens what is left of the grace periods to the least there is, for pods that are being stopped. */
export async function hurry(client: ApiClient): Promise<void> {
  const atOnce = { propagationPolicy: 'Background', gracePeriodSeconds: 1 };
  await Promise.all(
    (await podsUnderWay(client)).map((pod) => remove(client, podsPath(pod), pod.metadata.name, atOnce)),
  );
}

/** A Job that is deleted in the foreground is there until its pods have gone. */
async function isQuiet(client: ApiClient): Promise<boolean> {
  return (await podsUnderWay(client)).length === 0 && (await unfinishedJobs(client)).length === 0;
}

async function unfinishedJobs(client: ApiClient): Promise<Job[]> {
  return (await list<Job>(client, '/apis/batch/v1/jobs')).filter((job) => outcomeOf(job) === undefined);
}

async function podsUnderWay(client: ApiClient): Promise<Pod[]> {
  return (await list<Pod>(client, '/api/v1/pods')).filter(isUnderWay);
}

async function list<T>(client: ApiClient, path: string): Promise<readonly T[]> {
  return ((await client.get(path)) as unknown as { readonly items: readonly T[] }).items;
}

async function remove(client: ApiClient, path: string, name: string, options: object): Promise<void> {
  try {
    await client.delete(`${path}/${encodeURIComponent(name)}`, options);
  } catch (error) {
    // It went by itself in the meantime.
    if (!(error instanceof ApiError && error.status.code === 404)) throw error;
  }
}

function jobsPath({ metadata: { namespace } }: Job): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs`;
}

function podsPath({ metadata: { namespace } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
