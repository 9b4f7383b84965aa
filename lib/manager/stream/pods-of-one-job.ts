import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { Revision, StoredObject } from '../../ports/store.js';
import { isDone } from '../controllers/job-pods.js';

type PodObject = KubeObject & Pod;

interface Seen {
  readonly pod: Pod;
  readonly revision: Revision;
}

/** Of no Job: revisions are never negative. */
export const ABSENT: Revision = -1;

/**
 * The pods of one Job that are not done, as far as they are known. Every pod is only replaced by a later state of itself,
 * so that changes may come late, twice and from anywhere.
 */
export class PodsOfOneJob {
  readonly #pods = new Map<string, Seen>();
  /** By UID, the revisions at which pods were done or gone while the list was being read, which may still bring them. */
  #gone: Map<string, Revision> | undefined = new Map();
  /** Names of pods that a change told of and the list did not: it may be an old change. */
  readonly #unsure = new Set<string>();

  constructor(
    /** The Job's revision at which all this is the truth: nobody has written the Job since. */
    public jobRevision: Revision,
    /** When it was listed. */
    readonly atMs: number,
  ) {}

  get pods(): readonly Pod[] {
    return Array.from(this.#pods.values(), ({ pod }) => pod);
  }

  /** Whether the list has been read to its end. */
  get isComplete(): boolean {
    return this.#gone === undefined;
  }

  get unsure(): ReadonlySet<string> {
    return this.#unsure;
  }

  /** What was read from the store, or written to it, just now. Returns whether it is news. */
  saw({ object, revision }: Pick<StoredObject, 'object' | 'revision'>): boolean {
    const pod = object as PodObject;
    const { uid, name } = pod.metadata;
    this.#unsure.delete(name);
    if (!this.#isNews(uid, revision)) return false;
    if (!isDone(pod)) this.#pods.set(uid, { pod, revision });
    else if (!this.#drop(uid, revision)) return false;
    return true;
  }

  /** What a change has told, now or long after it came about. */
  heard({ object, revision }: Pick<StoredObject, 'object' | 'revision'>): void {
    const pod = object as PodObject;
    if (this.#pods.has(pod.metadata.uid)) this.saw({ object, revision });
    else if (!isDone(pod)) this.#unsure.add(pod.metadata.name);
  }

  left(pod: KubeObject, revision: Revision): void {
    if (this.#isNews(pod.metadata.uid, revision)) this.#drop(pod.metadata.uid, revision);
  }

  /** Asked for, and not there. Returns whether it was thought to be. */
  missed(name: string): boolean {
    this.#unsure.delete(name);
    const ghosts = [...this.#pods].filter(([, { pod }]) => pod.metadata.name === name);
    for (const [uid, { revision }] of ghosts) this.#drop(uid, revision);
    return ghosts.length > 0;
  }

  /** The list has been read to its end. */
  complete(): void {
    this.#gone = undefined;
  }

  #isNews(uid: string, revision: Revision): boolean {
    return revision > (this.#pods.get(uid)?.revision ?? this.#gone?.get(uid) ?? ABSENT);
  }

  #drop(uid: string, revision: Revision): boolean {
    this.#gone?.set(uid, revision);
    return this.#pods.delete(uid);
  }
}
