import { recordOfChange, type CronJobRecord } from '../../../../lib/apis/batch/v1/cronjob/record.js';
import { scheduledTimestampAnnotation } from '../../../../lib/apis/batch/v1/cronjob/scheduled-time.js';
import type { CronJob, CronJobSpec, CronJobStatus } from '../../../../lib/apis/batch/v1/cronjob/types.js';
import { formatTime } from '../../../../lib/apis/meta/v1/time.js';
import type { ChildJob } from '../../../../lib/controllers/cronjob/children.js';
import { reconcileCronJob } from '../../../../lib/controllers/cronjob/reconcile.js';
import type { Command, Decision } from '../../../../lib/controllers/decision.js';

type CronJobDecision = Decision<CronJobStatus, CronJobRecord>;

/** What is told of everything that is written. */
export interface Witness {
  created(tick: number, running: readonly ChildJob[]): void;
  recorded(record: CronJobRecord, before: CronJobRecord | undefined): void;
}

interface Manager {
  up: boolean;
  wakeAt: number | undefined;
}

/** One CronJob in a store with compare-and-set, and several managers that look after it at once. */
export class HistoryWorld {
  now: number;
  cronJob: CronJob;
  record: CronJobRecord | undefined;
  jobs = new Map<string, ChildJob>();
  readonly managers: readonly Manager[];
  #revision = 0;
  #uids = 0;

  constructor(
    spec: Partial<CronJobSpec>,
    managers: number,
    start: number,
    readonly witness: Witness,
  ) {
    this.now = start;
    this.cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', namespace: 'n', uid: 'u', creationTimestamp: formatTime(start) },
      spec: { concurrencyPolicy: 'Allow', jobTemplate: { spec: { template: {} } }, ...spec } as CronJobSpec,
      status: {},
    };
    this.managers = Array.from({ length: managers }, () => ({ up: true, wakeAt: undefined }));
    this.lookAll();
  }

  get running(): readonly ChildJob[] {
    return [...this.jobs.values()].filter(({ ended }) => ended === undefined);
  }

  /** As the API writes it. */
  patch(spec: Partial<CronJobSpec>): void {
    const next = { ...this.cronJob, spec: { ...this.cronJob.spec, ...spec } };
    const record = recordOfChange(next, this.cronJob, this.record, this.now);
    this.#write(next, record);
    this.lookAll();
  }

  changeJob(name: string, job: ChildJob | undefined): void {
    if (job) this.jobs.set(name, job);
    else this.jobs.delete(name);
    this.lookAll();
  }

  lookAll(): void {
    for (const manager of this.managers) this.look(manager);
  }

  look(manager: Manager): void {
    if (manager.up) this.#perform(manager, this.#decide(), Number.POSITIVE_INFINITY);
  }

  /** The second decides by the same state as the first, which acts in between. */
  race(first: Manager, second: Manager): void {
    if (!first.up || !second.up) return;
    const late = this.#decide();
    this.look(first);
    this.#perform(second, late, Number.POSITIVE_INFINITY);
  }

  /** Dies after so many commands, before the status is written. */
  crash(manager: Manager, afterCommands: number): void {
    if (manager.up) this.#perform(manager, this.#decide(), afterCommands);
    manager.up = false;
  }

  restart(manager: Manager): void {
    manager.up = true;
    this.look(manager);
  }

  /** Lets time pass; managers that are up look when they asked to, and look again for nothing now and then. */
  advanceTo(until: number): void {
    for (;;) {
      const wakes = this.managers.filter(({ up, wakeAt }) => up && wakeAt !== undefined && wakeAt <= until);
      if (wakes.length === 0) break;
      this.now = Math.max(this.now, Math.min(...wakes.map(({ wakeAt }) => wakeAt!)));
      for (const manager of wakes) if (manager.wakeAt! <= this.now) this.look(manager);
    }
    this.now = Math.max(this.now, until);
  }

  #decide(): { readonly decision: CronJobDecision; readonly revision: number } {
    const { cronJob, record, now } = this;
    const observed = { cronJob, record, jobs: [...this.jobs.values()], newUid: `job-${++this.#uids}` };
    const decision = reconcileCronJob({ ...observed, released: new Set(), takenNames: new Set() }, now);
    return { decision, revision: this.#revision };
  }

  #perform(
    manager: Manager,
    { decision, revision }: { readonly decision: CronJobDecision; readonly revision: number },
    commandsMax: number,
  ): void {
    manager.wakeAt = decision.requeueAt;
    for (const [position, command] of decision.before.entries()) {
      if (position >= commandsMax) return;
      if (!this.#do(command)) return this.look(manager);
    }
    if (commandsMax <= decision.before.length) return;
    const { status, record } = decision;
    if (status === undefined && record === undefined) return;
    // Somebody else has written meanwhile: again, from what is now.
    if (revision !== this.#revision) return this.look(manager);
    this.#write({ ...this.cronJob, status: status ?? this.cronJob.status }, record);
    this.look(manager);
  }

  /** False: the decision is outdated. */
  #do(command: Command): boolean {
    if (command.do === 'delete') {
      if (this.jobs.get(command.target.name)?.uid === command.target.uid) this.jobs.delete(command.target.name);
    } else if (command.do === 'create') {
      const { name, annotations } = command.object.metadata;
      const found = this.jobs.get(name);
      if (found) return found.uid === command.uid;
      const scheduledAt = Date.parse(annotations![scheduledTimestampAnnotation]!);
      this.witness.created(scheduledAt, this.running);
      this.jobs.set(name, { name, uid: command.uid!, scheduledAt, deleting: false, startTime: formatTime(this.now) });
    }
    return true;
  }

  #write(cronJob: CronJob, record: CronJobRecord | undefined): void {
    this.#revision++;
    this.cronJob = cronJob;
    if (record === undefined || record === this.record) return;
    this.witness.recorded(record, this.record);
    this.record = record;
  }
}
