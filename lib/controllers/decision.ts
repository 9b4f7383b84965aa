import type { KubeObject } from '../apis/meta/v1/object.js';
import type { OwnerReference } from '../apis/meta/v1/types.js';

/**
 * What a reconcile asks for, as data. Controllers read what is and return a decision; the manager performs it:
 *
 *   1. `before` commands, in order (those that may run at the same time are adjacent and of the same kind);
 *   2. the object's new `status`, `record` and `metadata` in one compare-and-set;
 *   3. `after` commands: they need step 2 to be durable (a pod is released only once its UID is in the Job's status);
 *   4. `events`, best effort.
 *
 * If the process stops between two steps, the next reconcile finds what was done by looking at the world, so every
 * command must be harmless when done twice. When step 2 finds another revision than the one observed, steps 3 and 4
 * are dropped and the key is reconciled again.
 */
export interface Decision<Status, Record = undefined> {
  /** Left out: unchanged. */
  readonly status?: Status;
  /** The controller's own memory of the object, stored beside it. Left out: unchanged. */
  readonly record?: Record;
  /** A change of the object's own metadata, written together with the status. */
  readonly metadata?: MetadataChange;
  readonly before: readonly Command[];
  readonly after: readonly Command[];
  readonly events: readonly EventToRecord[];
  /** Look again at this time (ms since 1970) even if nothing happens; the earliest moment at which anything changes by itself. */
  readonly requeueAt?: number;
}

export type Command = CreateObject | DeleteObject | ChangeMetadata;

/** Creates an object under exactly this name. Finding it there already is success when its controller is `owner`. */
export interface CreateObject {
  readonly do: 'create';
  readonly resource: string;
  /** Without uid and creationTimestamp: the manager adds them, and passes the object through the kind's defaults and admission. */
  readonly object: NewObject;
  /** UID of the controller. */
  readonly owner: string;
  /**
   * The UID it is to have, where the decision's status names it; left out: any. When the owner has an object of this
   * name already, under another UID, the decision is outdated: what follows is dropped, and the key reconciled again.
   */
  readonly uid?: string;
  /** What its owner makes under the same text differs in nothing that its validity could depend on. Left out: nobody knows. */
  readonly form?: string;
  /** Recorded on the owner once the object is there (`SuccessfulCreate`); not when it was there already. */
  readonly event?: EventToRecord;
}

export interface DeleteObject {
  readonly do: 'delete';
  readonly target: ObjectReference;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Left out: the kind's default. */
  readonly gracePeriodSeconds?: number;
  readonly event?: EventToRecord;
}

/** Changes metadata of whatever revision is current, as long as the UID is the same; an absent target is success. */
export interface ChangeMetadata {
  readonly do: 'change-metadata';
  readonly target: ObjectReference;
  /** Leaves a pod alone that has ended meanwhile: it has to be counted. */
  readonly unlessFinished?: boolean;
  readonly change: MetadataChange;
}

export interface MetadataChange {
  readonly addFinalizers?: readonly string[];
  readonly removeFinalizers?: readonly string[];
  /** Null removes. */
  readonly labels?: { readonly [key: string]: string | null };
  readonly annotations?: { readonly [key: string]: string | null };
  /** Added, or replaced where an entry has the same UID. */
  readonly setOwnerReference?: OwnerReference;
  readonly removeOwnerReference?: { readonly uid: string };
  /** For foreground deletion: an entry stays but no longer blocks. */
  readonly unblockOwnerReference?: { readonly uid: string };
}

export interface ObjectReference {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type NewObject = Omit<KubeObject, 'metadata'> & {
  readonly metadata: Omit<KubeObject['metadata'], 'uid' | 'creationTimestamp' | 'resourceVersion'>;
};

/** An event on the object that is being reconciled. */
export interface EventToRecord {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Left out: the controller's own (`job-controller`, `kubelet` …). */
  readonly component?: string;
  readonly fieldPath?: string;
}
