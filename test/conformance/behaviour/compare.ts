import type { EventSnapshot, PodSnapshot, Scenario, Snapshot } from './scenario.js';

/**
 * What differs between the recorded snapshots of a scenario and those of a replay, in words; none: they are the same.
 * Durations may differ by 20 % or 2 s; events are summed over the whole scenario, since they are written late.
 */
export function differences(scenario: Scenario, played: readonly Snapshot[]): readonly string[] {
  const steps = scenario.steps.filter((step) => step.noSnapshot !== true && step.do !== 'alignMinute');
  const found = steps.flatMap((step, position) => {
    const at = `step ${position + 1} (${step.do})`;
    return inSnapshot(step.snapshot ?? {}, played[position] ?? {}, scenario.anonymous === true).map(
      (difference) => `${at}: ${difference}`,
    );
  });
  if (scenario.eventsVary === true) return found;
  return [
    ...found,
    ...inEvents(
      steps.map((step) => step.snapshot ?? {}),
      played,
    ),
  ];
}

function inSnapshot(recorded: Snapshot, played: Snapshot, anonymous: boolean): readonly string[] {
  const plain = (snapshot: Snapshot) => {
    const { events: _e, delays: _d, took: _t, pods = [], gone = [], cameAndWent = [], jobs = [], ...rest } = snapshot;
    if (!anonymous) return { ...rest, jobs, pods, gone, cameAndWent };
    const unnamed = pods.map(({ n: _n, detail: _detail, ...pod }: PodSnapshot) => canonical(pod)).sort();
    return { ...rest, jobs, pods: unnamed, gone: gone.length, cameAndWent: cameAndWent.length };
  };
  const [a, b] = [plain(recorded), plain(played)];
  return [...inValues(a, b, ''), ...inDurations(recorded, played, anonymous)];
}

/** The places where two values differ, down to the leaves. */
function inValues(recorded: unknown, played: unknown, path: string): readonly string[] {
  if (canonical(recorded) === canonical(played)) return [];
  const isContainer = (value: unknown) => typeof value === 'object' && value !== null;
  if (!isContainer(recorded) || !isContainer(played)) {
    return [`${path}: recorded ${canonical(recorded)}, played ${canonical(played)}`];
  }
  const [a, b] = [recorded as Record<string, unknown>, played as Record<string, unknown>];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => inValues(a[key], b[key], path === '' ? key : `${path}.${key}`));
}

function inDurations(recorded: Snapshot, played: Snapshot, anonymous: boolean): readonly string[] {
  const found: string[] = [];
  if (!isClose(recorded.took, played.took)) found.push(`took: recorded ${recorded.took}, played ${played.took}`);
  const delays = ({ delays = [] }: Snapshot) =>
    anonymous
      ? delays.map(({ sinceFailure }) => ({ n: 0, sinceFailure })).sort((a, b) => a.sinceFailure - b.sinceFailure)
      : delays.toSorted((a, b) => a.n - b.n);
  const [a, b] = [delays(recorded), delays(played)];
  const same =
    a.length === b.length &&
    a.every((delay, i) => delay.n === b[i]!.n && isClose(delay.sinceFailure, b[i]!.sinceFailure));
  if (!same) found.push(`delays: recorded ${canonical(a)}, played ${canonical(b)}`);
  return found;
}

function isClose(a: number | 'timeout' | undefined, b: number | 'timeout' | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= Math.max(2, 0.2 * Math.max(a, b));
}

const COUNTED = ['SuccessfulCreate', 'SuccessfulDelete'];

function inEvents(recorded: readonly Snapshot[], played: readonly Snapshot[]): readonly string[] {
  const [a, b] = [totals(recorded), totals(played)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((event) => {
    const [x, y] = [a.get(event) ?? 0, b.get(event) ?? 0];
    const counts = COUNTED.some((reason) => event.includes(`"${reason}"`));
    const same = counts ? x === y : x > 0 === y > 0;
    return same ? [] : [`event ${event}: recorded ${x} times, played ${y} times`];
  });
}

function totals(snapshots: readonly Snapshot[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { count, ...event } of snapshots.flatMap(({ events = [] }): readonly EventSnapshot[] => events)) {
    const key = canonical(event);
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return sums;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
