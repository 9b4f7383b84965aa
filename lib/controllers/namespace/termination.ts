import type { Namespace, NamespaceCondition } from '../../apis/core/v1/namespace/types.js';
import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { formatTime, parseTime } from '../../apis/meta/v1/time.js';

/** The finalizer in `spec.finalizers` that keeps a namespace until it is empty. */
const KUBERNETES_FINALIZER = 'kubernetes';

/**
 * Content is deleted this long after the namespace itself: requests that had been admitted before must have been
 * written by then, or they would be left over.
 */
const GRACE_MS = 5000;

/** What is left after everything has been asked to go. */
export interface Remaining {
  /** Objects by resource and group (`configmaps.`, `jobs.batch`). */
  readonly resources: ReadonlyMap<string, number>;
  /** Objects by the finalizer that keeps them. */
  readonly finalizers: ReadonlyMap<string, number>;
}

/** When content may be deleted, in ms since 1970. */
export function contentDeletedFrom(namespace: Namespace): number {
  return (parseTime(namespace.metadata.deletionTimestamp) ?? 0) + GRACE_MS;
}

/** The namespace as it is while something remains, or without its finalizer when nothing does. */
export function terminatingNamespace(namespace: Namespace, remaining: Remaining, now: number): Namespace {
  const conditions = conditionsOf(namespace.status.conditions ?? [], remaining, now);
  const status = { ...namespace.status, conditions, phase: 'Terminating' as const };
  const next = deepEqual(status, namespace.status) ? namespace : { ...namespace, status };
  const finalizers = namespace.spec.finalizers ?? [];
  if (remaining.resources.size > 0 || !finalizers.includes(KUBERNETES_FINALIZER)) return next;
  const others = finalizers.filter((finalizer) => finalizer !== KUBERNETES_FINALIZER);
  return { ...next, spec: { ...namespace.spec, finalizers: others } };
}

/** Nothing holds the namespace itself any more. */
export function isTerminated({ metadata, spec }: Namespace): boolean {
  return metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && !spec.finalizers?.length;
}

function conditionsOf(
  before: readonly NamespaceCondition[],
  remaining: Remaining,
  now: number,
): readonly NamespaceCondition[] {
  // A namespace that is empty at the first look needs no account of it.
  if (before.length === 0 && remaining.resources.size === 0) return before;
  return [...steps, contentCondition(remaining), finalizersCondition(remaining)].map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : formatTime(now);
    return { lastTransitionTime, ...condition };
  });
}

type Found = Omit<NamespaceCondition, 'lastTransitionTime'>;

/** Steps of a deletion in Kubernetes that cannot fail here. */
const steps: readonly Found[] = [
  {
    message: 'All resources successfully discovered',
    reason: 'ResourcesDiscovered',
    status: 'False',
    type: 'NamespaceDeletionDiscoveryFailure',
  },
  {
    message: 'All legacy kube types successfully parsed',
    reason: 'ParsedGroupVersions',
    status: 'False',
    type: 'NamespaceDeletionGroupVersionParsingFailure',
  },
  {
    message: 'All content successfully deleted, may be waiting on finalization',
    reason: 'ContentDeleted',
    status: 'False',
    type: 'NamespaceDeletionContentFailure',
  },
];

function contentCondition({ resources }: Remaining): Found {
  const type = 'NamespaceContentRemaining';
  if (resources.size === 0) {
    return { message: 'All content successfully removed', reason: 'ContentRemoved', status: 'False', type };
  }
  const message = `Some resources are remaining: ${list(resources, (r) => `${r} has`)}`;
  return { message, reason: 'SomeResourcesRemain', status: 'True', type };
}

function finalizersCondition({ finalizers }: Remaining): Found {
  const type = 'NamespaceFinalizersRemaining';
  if (finalizers.size === 0) {
    const message = 'All content-preserving finalizers finished';
    return { message, reason: 'ContentHasNoFinalizers', status: 'False', type };
  }
  const message = `Some content in the namespace has finalizers remaining: ${list(finalizers, (f) => `${f} in`)}`;
  return { message, reason: 'SomeFinalizersRemain', status: 'True', type };
}

/** `configmaps. has 1 resource instances, pods. has 3 resource instances`. */
function list(counts: ReadonlyMap<string, number>, has: (name: string) => string): string {
  return Array.from(counts, ([name, count]) => `${has(name)} ${count} resource instances`)
    .toSorted()
    .join(', ');
}
