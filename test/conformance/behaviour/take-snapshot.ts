import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../../../lib/apis/batch/v1/job/well-known.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { isDeleting, isTracked } from './pod-list.js';
import type { PodSnapshot } from './scenario.js';

export function jobSnapshot({ metadata, spec, status }: Job): object {
  const { name, generation, labels, annotations, finalizers, ownerReferences } = metadata;
  const conditions = status.conditions?.map(({ lastProbeTime: _p, lastTransitionTime: _t, ...condition }) => condition);
  return withoutEmpty({
    name,
    generation,
    labels,
    annotations,
    finalizers,
    ownerReferences,
    deleting: metadata.deletionTimestamp === undefined ? undefined : true,
    spec: withoutEmpty({ suspend: spec.suspend, parallelism: spec.parallelism, completions: spec.completions }),
    status: withoutUndefined({ ...status, conditions }),
  });
}

export function cronJobSnapshot({ metadata, status }: CronJob): object {
  const { name, generation, labels, annotations, finalizers, ownerReferences } = metadata;
  const deleting = metadata.deletionTimestamp === undefined ? undefined : true;
  return { ...withoutEmpty({ name, generation, labels, annotations, finalizers, ownerReferences, deleting }), status };
}

/** The part of a pod that every snapshot shows. */
export function podSnapshot(pod: Pod, n: number): PodSnapshot {
  const others = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER);
  return withoutUndefined({
    n,
    name: pod.metadata.name,
    phase: pod.status.phase ?? '',
    index: pod.metadata.annotations?.[COMPLETION_INDEX],
    trackingFinalizer: isTracked(pod),
    deleting: isDeleting(pod) ? true : undefined,
    otherFinalizers: others.length > 0 ? others : undefined,
  }) as PodSnapshot;
}

/** What a snapshot shows of a pod when it is new or has changed there. */
export function podDetail(pod: Pod): object {
  const { generateName, labels, annotations, ownerReferences } = pod.metadata;
  return withoutEmpty({ generateName, labels, annotations, ownerReferences, nodeName: pod.spec.nodeName });
}

const ADMITTED = [
  'serviceAccount',
  'serviceAccountName',
  'priority',
  'preemptionPolicy',
  'enableServiceLinks',
  'nodeName',
  'volumes',
  'tolerations',
];

/** What the controller changed of the template's spec: containers by name, the rest as it is. */
export function specDiff(pod: Pod, job: Job): object | undefined {
  const template = job.spec.template.spec as Record<string, unknown>;
  const spec = pod.spec as unknown as Record<string, unknown>;
  const diff: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(template), ...Object.keys(spec)])) {
    if (ADMITTED.includes(key) || same(template[key], spec[key])) continue;
    diff[key] = key.endsWith('ontainers') ? containersDiff(template[key], spec[key]) : (spec[key] ?? null);
    if (Array.isArray(diff[key]) && diff[key].length === 0) delete diff[key];
  }
  return Object.keys(diff).length > 0 ? diff : undefined;
}

type Container = { readonly name: string } & Record<string, unknown>;

function containersDiff(before: unknown, after: unknown): readonly object[] {
  const old = (before as readonly Container[] | undefined) ?? [];
  return ((after as readonly Container[] | undefined) ?? []).flatMap((container) => {
    const template = old.find(({ name }) => name === container.name);
    const changed = Object.entries(container).filter(
      ([key, value]) => !same(template?.[key], key === 'volumeMounts' ? withoutToken(value) : value),
    );
    return changed.length > 0 ? [{ name: container.name, ...Object.fromEntries(changed) }] : [];
  });
}

/** The mount that the service account admission plugin adds. */
function withoutToken(mounts: unknown): unknown {
  const own = (mounts as readonly { readonly name: string }[]).filter(
    ({ name }) => !name.startsWith('kube-api-access'),
  );
  return own.length > 0 ? own : undefined;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]));
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function withoutEmpty<T extends object>(fields: T): Partial<T> {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Partial<T>;
}
