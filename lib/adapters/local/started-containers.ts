import type { ContainerReport } from '../../ports/pod-runtime.js';

/** The newest start of a container. */
interface Started {
  readonly attempt: number;
  /** Its last report, once it has ended. */
  readonly end?: ContainerReport;
}

interface Attempt {
  readonly container: string;
  readonly attempt: number;
}

/**
 * The starts that this process has seen happen, of pods that are not removed yet. When what a start left behind is gone
 * (files deleted, a container removed by hand) this is the one trace of it: it is told how it ended, or that it is lost,
 * and it never runs again. Across a restart of the server the pod's status keeps the same.
 */
export class StartedContainers {
  /** By pod UID and container name. */
  readonly #pods = new Map<string, Map<string, Started>>();

  add(uid: string, container: string, attempt: number): void {
    if (this.has(uid, container, attempt)) return;
    const containers = this.#pods.get(uid) ?? new Map<string, Started>();
    this.#pods.set(uid, containers.set(container, { attempt }));
  }

  ended(uid: string, end: ContainerReport): void {
    this.add(uid, end.name, end.attempt);
    const containers = this.#pods.get(uid)!;
    if (containers.get(end.name)!.attempt === end.attempt) containers.set(end.name, { attempt: end.attempt, end });
  }

  has(uid: string, container: string, attempt: number): boolean {
    return attempt <= (this.#pods.get(uid)?.get(container)?.attempt ?? -1);
  }

  /** As they are now: to be taken before the look at what is there, else a start in between would seem lost. */
  of(uid: string): ReadonlyMap<string, Started> {
    return new Map(this.#pods.get(uid));
  }

  forget(uid: string): void {
    this.#pods.delete(uid);
  }
}

/** The started containers that are not there: neither reported, nor followed by a newer attempt. */
export function missingOf(
  started: ReadonlyMap<string, Started>,
  reports: readonly ContainerReport[],
  newest: readonly Attempt[],
): (Attempt & Started)[] {
  return Array.from(started, ([container, start]) => ({ container, ...start })).filter(
    ({ container, attempt }) =>
      !reports.some((each) => each.name === container && each.attempt >= attempt) &&
      !newest.some((each) => each.container === container && each.attempt > attempt),
  );
}

/** Of a container that is missing: how it ended, or that nobody knows. */
export function endOf({ container, attempt, end }: Attempt & Started, now: number): ContainerReport {
  if (end) return end;
  const message = 'What the container left behind is gone';
  return {
    name: container,
    attempt,
    state: {
      type: 'terminated',
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message,
      startedAt: undefined,
      finishedAt: now,
    },
  };
}

/** The reports with those of the missing in place of older attempts'. */
export function withMissing(
  reports: readonly ContainerReport[],
  missing: readonly ContainerReport[],
): ContainerReport[] {
  return [...reports.filter(({ name }) => !missing.some((each) => each.name === name)), ...missing];
}
