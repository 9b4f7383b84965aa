import type { CapacityProvider } from './launch-budget.js';

/**
 * Pods of one Job that wait for their launch: one item. The fair order is that of start-time fair queuing: each pod has
 * a tag, its Job's pods count on from the larger of what is served now and the Job's own last tag; the lowest tag is
 * served first. A Job that comes late begins at what is served now, however many pods of others wait.
 */
export interface WaitingPods {
  readonly provider: CapacityProvider;
  /** The place in the fair order, as a sort key. */
  readonly key: string;
  /** Of the first of them; the others count on. */
  readonly tag: number;
  readonly job: string;
  /** Since when the one of them is there that has waited longest, in ms since 1970. */
  readonly sinceMs: number;
  /** Keys of the pod controller. */
  readonly pods: readonly string[];
}

/** Smaller: more writes. Larger: more than one write unit (1 KB), and pods of one Job that come out in a row. */
const PODS_MAX = 16;
const CHARACTERS_MAX = 800;

/** Cuts a Job's pods into what fits an item. */
export function inItems(pods: readonly string[]): string[][] {
  const items: string[][] = [];
  let characters = 0;
  for (const pod of pods) {
    const last = items.at(-1);
    if (last === undefined || last.length === PODS_MAX || characters + pod.length > CHARACTERS_MAX) {
      items.push([pod]);
      characters = pod.length;
    } else {
      last.push(pod);
      characters += pod.length;
    }
  }
  return items;
}

/** Sorts by tag, then by arrival. */
export function sortKey(tag: number, nowMs: number, id: string): string {
  return `${digits(tag, 12)}/${digits(nowMs, 14)}/${id}`;
}

function digits(value: number, count: number): string {
  return String(Math.floor(value)).padStart(count, '0');
}

/** Takes turns between the Jobs, each in the order given. */
export function inTurns<T extends { readonly job: string }>(requests: readonly T[]): T[] {
  const turns = new Map<string, number>();
  const placed = requests.map((request) => {
    const turn = turns.get(request.job) ?? 0;
    turns.set(request.job, turn + 1);
    return { request, turn };
  });
  return placed.sort((left, right) => left.turn - right.turn).map(({ request }) => request);
}
