import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const jobName = /\b([a-z0-9-]+?)-(\d{8})\b/g;

/** Scheduled times as `<T+k>`: minutes since that of the first Job of a tick which was seen. */
export class Ticks {
  #first: number | undefined;
  readonly #seen = new Set<number>();

  meet(jobs: readonly Job[]): void {
    for (const { metadata } of jobs) {
      const scheduled = metadata.annotations?.[SCHEDULED];
      if (scheduled === undefined) continue;
      const minute = Date.parse(scheduled) / 60_000;
      this.#first ??= minute;
      this.#seen.add(minute);
    }
  }

  /** How many different ones were seen. */
  get count(): number {
    return this.#seen.size;
  }

  /** `cj-29000001` as `cj-<T+0>`, in names and messages. */
  anonymise(text: string): string {
    const first = this.#first;
    if (first === undefined) return text;
    return text.replace(jobName, (found, name: string, minute: string) =>
      this.#seen.has(Number(minute)) ? `${name}-<T+${Number(minute) - first}>` : found,
    );
  }

  /** The opposite: the name that a step means. */
  named(text: string): string {
    return text.replace(/<T\+(\d+)>/, (_, ticks: string) => String((this.#first ?? 0) + Number(ticks)));
  }

  time(text: string): string {
    return this.#first === undefined ? text : `<T+${Date.parse(text) / 60_000 - this.#first}>`;
  }

  /** Annotations with the scheduled time as a tick. */
  annotations<T extends { readonly [key: string]: string } | undefined>(annotations: T): T {
    const scheduled = annotations?.[SCHEDULED];
    return scheduled === undefined ? annotations : { ...annotations, [SCHEDULED]: this.time(scheduled) };
  }

  status(status: CronJob['status']): CronJob['status'] {
    const { lastScheduleTime } = status;
    return lastScheduleTime === undefined ? status : { ...status, lastScheduleTime: this.time(lastScheduleTime) };
  }
}
