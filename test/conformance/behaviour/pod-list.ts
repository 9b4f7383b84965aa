import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../../../lib/apis/batch/v1/job/well-known.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { Arrival } from './cluster.js';
import type { PodSelector } from './scenario.js';

/** Numbers pods from 1 in the order in which the recorder met them. */
export class PodNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<string, string>();

  meet(arrivals: readonly Arrival[]): void {
    const fresh = arrivals.map(({ pod }) => pod).filter(({ metadata }) => !this.#numbers.has(metadata.uid));
    const ordered = fresh.toSorted(
      (a, b) => compare(controllerOf(a), controllerOf(b)) || compare(indexOf(a) ?? -1, indexOf(b) ?? -1),
    );
    for (const pod of ordered) this.#numbers.set(pod.metadata.uid, this.#numbers.size + 1);
    for (const { metadata } of fresh) {
      if (metadata.generateName) this.#names.set(metadata.name, `${metadata.generateName.slice(0, 58)}<rand>`);
    }
  }

  of(pod: Pod): number {
    return this.#numbers.get(pod.metadata.uid)!;
  }

  /** The text with the names that the controller made up taken out. */
  anonymise(text: string): string {
    let result = text;
    for (const [name, form] of this.#names) result = result.replaceAll(name, form);
    return result;
  }

  select(pods: readonly Pod[], selector: PodSelector): readonly Pod[] {
    const { n, index, phase, deleting, job, first, last } = selector;
    let selected = pods.toSorted((a, b) => this.of(a) - this.of(b));
    if (n !== undefined) selected = selected.filter((pod) => list(n).includes(this.of(pod)));
    if (phase !== undefined) selected = selected.filter((pod) => list(phase).includes(pod.status.phase ?? ''));
    if (deleting !== undefined) selected = selected.filter((pod) => isDeleting(pod) === deleting);
    if (job !== undefined) selected = selected.filter((pod) => controllerOf(pod) === job);
    if (index !== undefined) {
      selected = selected.filter((pod) => list(index).includes(indexOf(pod) ?? -1));
      // Without another way to tell them apart the newest pod of each index is meant.
      if (n === undefined && phase === undefined) {
        selected = selected.filter((pod, i) => !selected.slice(i + 1).some((other) => indexOf(other) === indexOf(pod)));
      }
    }
    if (first !== undefined) selected = selected.slice(0, first);
    return last === undefined ? selected : selected.slice(-last);
  }
}

export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text === undefined ? undefined : Number(text);
}

export function controllerOf(pod: Pod): string {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller)?.name ?? '';
}

export function isDeleting(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

function compare<T>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
