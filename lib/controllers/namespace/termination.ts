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
  { resources, finalizers }: Remaining,
  now: number,
): readonly NamespaceCondition[] {
  // A namespace that is empty at the first look needs no account of it.
  if (before.length === 0 && resources.size === 0) return before;
  const found = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    resources.size > 0
      ? [
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${list(resources, (r) => `${r} has`)}`,
        ]
      : ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
    finalizers.size > 0
      ? [
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${list(finalizers, (f) => `${f} in`)}`,
        ]
      : [
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ],
  ] as const;
  return found.map(([type, status, reason, message]) => {
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : formatTime(now);
    return { lastTransitionTime, message, reason, status, type };
  });
}

/** `configmaps. has 1 resource instances, pods. has 3 resource instances`. */
function list(counts: ReadonlyMap<string, number>, has: (name: string) => string): string {
  return Array.from(counts, ([name, count]) => `${has(name)} ${count} resource instances`)
    .toSorted()
    .join(', ');
}
