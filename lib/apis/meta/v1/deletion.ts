import type { KubeObject, ServedMeta } from './object.js';
import { formatTime, parseTime } from './time.js';

/** The garbage collector deletes the dependents first, then removes this finalizer. */
export const foregroundFinalizer = 'foregroundDeletion';
/** The garbage collector takes the dependents' owner references away first, then removes this finalizer. */
export const orphanFinalizer = 'orphan';

export interface DeletionRequest {
  readonly propagationPolicy?: string;
  /** The older form of `propagationPolicy`: true is Orphan, false anything but. */
  readonly orphanDependents?: boolean;
  /** Negative means 1. */
  readonly gracePeriodSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface DeletionRules {
  /** A kind with a protocol of its own (namespaces); undefined leaves the object to the ordinary rules. */
  readonly plan?: (object: KubeObject, request: DeletionRequest) => DeletionPlan | undefined;
  /** Kinds with graceful deletion: the seconds to grant when `requested` (or nothing) was asked for. */
  readonly gracefulSeconds?: (object: KubeObject, requested: number | undefined) => number;
  /** What happens to dependents when neither the request nor a finalizer says it; `Unsupported`: the kind has none. */
  readonly defaultPropagationPolicy: 'Background' | 'Orphan' | 'Unsupported';
}

export type DeletionPlan =
  /** The object is being deleted already and the request changes nothing. */
  | { readonly action: 'none' }
  /** Nothing holds the object: delete it. `object` is its last state; kinds with graceful deletion carry a deletionTimestamp. */
  | { readonly action: 'remove'; readonly object: KubeObject }
  /** The object stays for now: store this state of it. */
  | { readonly action: 'replace'; readonly object: KubeObject };

/** What a DELETE does to an object: Kubernetes' rules of grace, finalizers and propagation (`rest.BeforeDelete`, `registry.Store.Delete`). */
export function planDeletion(object: KubeObject, request: DeletionRequest, rules: DeletionRules): DeletionPlan {
  const own = rules.plan?.(object, request);
  if (own !== undefined) return own;
  const grace = planGrace(object.metadata, request, rules, object);
  if (grace === 'pending') return { action: 'none' };
  const finalizers = finalizersFor(object.metadata.finalizers ?? [], request, rules);
  const graceful = grace === 'immediate' ? object.metadata : grace;
  const held = finalizers.length > 0;
  const metadata = held && grace === 'immediate' ? markAsDeleting(graceful, request.now) : graceful;
  const next = withFinalizers(object, metadata, finalizers);
  if (!held && (grace === 'immediate' || grace.deletionGracePeriodSeconds === 0)) {
    return { action: 'remove', object: next };
  }
  return next === object ? { action: 'none' } : { action: 'replace', object: next };
}

/**
 * Whether nothing holds the object any more: a write that leads here deletes it instead of storing it.
 * Namespaces are held by their `spec.finalizers` as well.
 */
export function isRemovable(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds || finalizers?.length) return false;
  const spec = object['spec'] as { readonly finalizers?: readonly string[] } | undefined;
  return !spec?.finalizers?.length;
}

/** The metadata of a graceful deletion, `pending` when one is under way, `immediate` when there is (or remains) no grace. */
function planGrace(
  metadata: ServedMeta,
  request: DeletionRequest,
  rules: DeletionRules,
  object: KubeObject,
): ServedMeta | 'pending' | 'immediate' {
  if (rules.gracefulSeconds === undefined) return 'immediate';
  const requested = request.gracePeriodSeconds === undefined ? undefined : atLeastOne(request.gracePeriodSeconds);
  if (metadata.deletionTimestamp !== undefined) return shortenGrace(metadata, requested);
  const seconds = atLeastOne(rules.gracefulSeconds(object, requested));
  return {
    ...metadata,
    deletionTimestamp: formatTime(request.now + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
    ...bumpedGeneration(metadata),
  };
}

/** A second deletion may shorten the grace, never lengthen it; the generation was raised by the first one. */
function shortenGrace(metadata: ServedMeta, requested: number | undefined): ServedMeta | 'pending' | 'immediate' {
  const granted = metadata.deletionGracePeriodSeconds;
  if (!granted) return 'immediate';
  if (requested === undefined || requested >= granted) return 'pending';
  const end = parseTime(metadata.deletionTimestamp)! - (granted - requested) * 1000;
  return { ...metadata, deletionTimestamp: formatTime(end), deletionGracePeriodSeconds: requested };
}

/** Held by finalizers only: deletion has begun, without any grace. */
function markAsDeleting(metadata: ServedMeta, now: number): ServedMeta {
  const begun = parseTime(metadata.deletionTimestamp);
  const inForce = begun !== undefined && begun <= now;
  if (inForce && metadata.deletionGracePeriodSeconds === 0) return metadata;
  return {
    ...metadata,
    deletionTimestamp: inForce ? metadata.deletionTimestamp : formatTime(now),
    deletionGracePeriodSeconds: 0,
    ...(metadata.deletionGracePeriodSeconds === undefined ? bumpedGeneration(metadata) : {}),
  };
}

/** The finalizers after the request: of the two for dependents at most the one its policy asks for. */
function finalizersFor(current: readonly string[], request: DeletionRequest, rules: DeletionRules): readonly string[] {
  if (rules.defaultPropagationPolicy === 'Unsupported') return current;
  const policy = policyFor(current, request, rules);
  const others = current.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  const wanted = policy === 'Orphan' ? orphanFinalizer : policy === 'Foreground' ? foregroundFinalizer : undefined;
  const next = wanted === undefined ? others : [...others, wanted];
  return next.length === current.length && next.every((name) => current.includes(name)) ? current : next;
}

function policyFor(current: readonly string[], request: DeletionRequest, rules: DeletionRules): string {
  if (request.orphanDependents !== undefined) return request.orphanDependents ? 'Orphan' : 'Background';
  if (request.propagationPolicy !== undefined) return request.propagationPolicy;
  const first = current.find((name) => name === orphanFinalizer || name === foregroundFinalizer);
  if (first !== undefined) return first === orphanFinalizer ? 'Orphan' : 'Foreground';
  return rules.defaultPropagationPolicy;
}

function withFinalizers(object: KubeObject, metadata: ServedMeta, finalizers: readonly string[]): KubeObject {
  const current = metadata.finalizers ?? [];
  if (current === finalizers || (current.length === 0 && finalizers.length === 0)) {
    return metadata === object.metadata ? object : { ...object, metadata };
  }
  const { finalizers: _, ...rest } = metadata;
  return { ...object, metadata: finalizers.length === 0 ? rest : { ...rest, finalizers } };
}

function bumpedGeneration(metadata: ServedMeta): { readonly generation?: number } {
  return metadata.generation ? { generation: metadata.generation + 1 } : {};
}

function atLeastOne(seconds: number): number {
  return seconds < 0 ? 1 : seconds;
}
