import { readFileSync } from 'node:fs';

/** How often a function is called, for how long, with how much memory. */
export interface Calls {
  readonly count: number;
  readonly seconds: number;
  readonly gigabytes: number;
}

/** What something consumes; what is left out it does not. */
export interface Units {
  readonly writeUnits?: number;
  readonly readUnits?: number;
  readonly calls?: readonly Calls[];
  readonly transitions?: number;
  readonly scheduled?: number;
  readonly notifications?: number;
  readonly queueRequests?: number;
  readonly logKilobytes?: number;
}

/** Per pod, per Job beside its pods, per tick of a CronJob beside its Job, per sweep. */
export const CONSUMERS = ['pod', 'job', 'tick', 'sweep'] as const;
export type UnitsOf = Readonly<Record<(typeof CONSUMERS)[number], Units>>;

/** What a call is taken to last, with the memory that the functions of the stream have. */
function usualCalls(count: number): Calls {
  return { count, seconds: 0.06, gigabytes: 0.5 };
}

/**
 * Pods and Jobs as measured (test/adapters/aws/units-per-pod.dynamodb.test.ts, on a machine that is busy with other tests):
 * of a large Job, whose pods wait for their launch; of a Job of one pod, in functions that have just started. Upper bounds
 * elsewhere. Calls for task events that ask for nothing are taken to last 5 ms.
 */
export const BOUNDS: UnitsOf = {
  pod: {
    writeUnits: 10,
    readUnits: 8.4,
    // Three events of its task that tell something, five that do not; its share of batches of reconcile and launch.
    calls: [usualCalls(4.6), { count: 5, seconds: 0.005, gigabytes: 0.5 }],
    logKilobytes: 2,
  },
  job: {
    // Half of it is the feed: nothing shares its items with a Job that is alone.
    writeUnits: 24,
    readUnits: 20,
    calls: [usualCalls(13)],
    // One timer, of ttlSecondsAfterFinished: start, wait, wake.
    transitions: 3,
    notifications: 3,
    logKilobytes: 1,
  },
  tick: {
    writeUnits: 3,
    readUnits: 4,
    calls: [{ count: 1, seconds: 0.05, gigabytes: 0.25 }, usualCalls(2)],
    scheduled: 1,
    logKilobytes: 0.5,
  },
  sweep: {
    writeUnits: 1,
    readUnits: 20,
    calls: [{ count: 1, seconds: 0.3, gigabytes: 0.5 }, usualCalls(2)],
    queueRequests: 2,
    logKilobytes: 1,
  },
};

/**
 * The bounds with what was measured in their place: a JSON file of the same form, any part of it. Throws for a part that
 * is none.
 */
export function unitsFrom(file: string | undefined): UnitsOf {
  if (file === undefined) return BOUNDS;
  const measured = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Units>>;
  const unknown = Object.keys(measured).find((name) => !(CONSUMERS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`${file}: ${unknown} is none of ${CONSUMERS.join(', ')}`);
  const merged = CONSUMERS.map((name) => [name, { ...BOUNDS[name], ...measured[name] }]);
  return Object.fromEntries(merged) as UnitsOf;
}
