import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { PodIdentity } from '../../../ports/pod-runtime.js';
import { ANNOTATIONS, taskIdOf } from './names.js';
import { statusesOf } from './task-report.js';
import { isOver, type TaskFacts } from './task-facts.js';

/** What was just told needs not be asked. Longer: what another function has learnt meanwhile is overlooked. */
const FRESH_MS = 2000;
/** More: pods of long ago, of which nobody asks any more. */
const KNOWN_MAX = 20_000;

interface Known {
  readonly task: TaskFacts;
  readonly heardAt: number;
}

/** The newest task of each pod, as far as answers and events have told. */
export class KnownTasks {
  readonly #byPod = new Map<string, Known>();
  /** By `namespace/name`, the UID of the pod heard of last. */
  readonly #names = new Map<string, string>();

  /**
   * Takes in a description. False: it tells nothing new, or was overtaken by another. What comes a second time counts
   * again, as the work on it may have failed.
   */
  learn(task: TaskFacts, now: number): boolean {
    const uid = task.pod?.uid;
    if (uid === undefined) return false;
    const known = this.#byPod.get(uid)?.task;
    if (known && isOvertaken(task, known)) return false;
    this.#byPod.delete(uid);
    this.#byPod.set(uid, { task, heardAt: now });
    this.#names.set(nameOf(task.pod!), uid);
    if (this.#byPod.size > KNOWN_MAX) this.forget(this.#byPod.keys().next().value!);
    return known === undefined || known.version === task.version || !tellsTheSame(task, known);
  }

  /** The pod's newest task; one that is older than that of which its object tells does not count. */
  of({ uid }: PodIdentity, pod: Pod | undefined): TaskFacts | undefined {
    const task = this.#byPod.get(uid)?.task;
    const kept = keptTask(pod);
    if (task === undefined || kept === undefined || task.arn === kept) return task;
    return task.previousTask === taskIdOf(kept) ? task : undefined;
  }

  /** As `of`, but only what was heard just now, and not less than the pod's status knows. */
  fresh(identity: PodIdentity, pod: Pod | undefined, now: number): TaskFacts | undefined {
    const task = this.of(identity, pod);
    const heardAt = this.#byPod.get(identity.uid)?.heardAt ?? -Infinity;
    if (task === undefined) return undefined;
    // Nothing comes after the end.
    if (task.lastStatus === 'STOPPED') return task;
    return now - heardAt <= FRESH_MS && now >= heardAt && !(pod && isBehind(task, pod)) ? task : undefined;
  }

  pods(): readonly PodIdentity[] {
    return Array.from(this.#byPod.values(), ({ task }) => task.pod!);
  }

  /** A pod that runs under this name and is not the one of this UID. */
  stranger(name: Pick<PodIdentity, 'namespace' | 'name'>, uid: string | undefined): PodIdentity | undefined {
    const heardOf = this.#names.get(nameOf(name));
    const task = heardOf === undefined || heardOf === uid ? undefined : this.#byPod.get(heardOf)?.task;
    return task && !isOver(task) && task.desiredStatus !== 'STOPPED' ? task.pod : undefined;
  }

  forget(uid: string): void {
    const pod = this.#byPod.get(uid)?.task.pod;
    this.#byPod.delete(uid);
    if (pod && this.#names.get(nameOf(pod)) === uid) this.#names.delete(nameOf(pod));
  }
}

function nameOf({ namespace, name }: Pick<PodIdentity, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The ARN that the pod's object carries. */
export function keptTask(pod: Pod | undefined): string | undefined {
  return pod?.metadata.annotations?.[ANNOTATIONS.taskArn];
}

function isOvertaken(task: TaskFacts, known: TaskFacts): boolean {
  if (task.arn === known.arn) return task.version < known.version;
  return known.previousTask === taskIdOf(task.arn);
}

function tellsTheSame(task: TaskFacts, known: TaskFacts): boolean {
  const state = ({ arn, containers }: TaskFacts) => [arn, containers];
  return isOver(task) === isOver(known) && JSON.stringify(state(task)) === JSON.stringify(state(known));
}

/** An event that was overtaken: the status has seen a container further on. */
function isBehind(task: TaskFacts, pod: Pod): boolean {
  if (isOver(task)) return false;
  const statuses = statusesOf(pod);
  return task.containers.some(({ name, attempt, lastStatus }) => {
    const status = statuses.get(name);
    if (status === undefined || status.restartCount !== attempt) return false;
    if (status.state?.running !== undefined) return lastStatus !== 'RUNNING' && lastStatus !== 'STOPPED';
    const ended = status.state?.terminated !== undefined || status.state?.waiting?.reason === 'CrashLoopBackOff';
    return ended && lastStatus !== 'STOPPED';
  });
}
