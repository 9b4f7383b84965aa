import { firstRecord, type CronJobRecord } from '../../../lib/apis/batch/v1/cronjob/record.js';
import { scheduledTimestampAnnotation } from '../../../lib/apis/batch/v1/cronjob/scheduled-time.js';
import type { CronJob, CronJobSpec } from '../../../lib/apis/batch/v1/cronjob/types.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import type { ChildJob } from '../../../lib/controllers/cronjob/children.js';
import { reconcileCronJob } from '../../../lib/controllers/cronjob/reconcile.js';
import type { CreateObject, EventToRecord } from '../../../lib/controllers/decision.js';

export interface Start {
  readonly at: string;
  /** The tick the Job was made for. */
  readonly tick: string;
}

const START = Date.parse('2030-01-01T00:00:30Z');

/** One CronJob and its controller in virtual time: `2030-01-01T00:00:30Z` at first. Jobs start at once and run until ended. */
export class CronJobWorld {
  cronJob: CronJob;
  record: CronJobRecord;
  jobs: readonly ChildJob[] = [];
  readonly starts: Start[] = [];
  readonly events: EventToRecord[] = [];
  readonly created: CreateObject[] = [];
  now = START;
  #uids = 0;

  constructor(annotations: Readonly<Record<string, string>>, spec: Partial<CronJobSpec> = {}, uid = 'uid') {
    this.cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'x', namespace: 'default', uid, creationTimestamp: formatTime(START), annotations },
      spec: {
        schedule: '* * * * *',
        concurrencyPolicy: 'Allow',
        jobTemplate: { spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }] } } } },
        ...spec,
      } as CronJobSpec,
      status: {},
    };
    this.record = firstRecord(this.cronJob);
    this.reconcile();
  }

  get skipped(): readonly string[] {
    return this.record.skipped.map(({ scheduledAt, reason }) => `${formatTime(scheduledAt)} ${reason}`);
  }

  /** Reconciles until nothing changes any more; resolves with the time to look again. */
  reconcile(): number | undefined {
    for (;;) {
      const { cronJob, record, jobs, now } = this;
      const observed = { cronJob, record, jobs, newUid: `job-${++this.#uids}` };
      const decision = reconcileCronJob({ ...observed, released: new Set(), takenNames: new Set() }, now);
      for (const command of decision.before) {
        if (command.do === 'create') this.#start(command);
        if (command.do === 'delete') this.jobs = this.jobs.filter(({ uid }) => uid !== command.target.uid);
      }
      this.events.push(...decision.events);
      this.record = decision.record ?? record;
      this.cronJob = { ...cronJob, status: decision.status ?? cronJob.status };
      if (decision.status === undefined && decision.record === undefined) return decision.requeueAt;
    }
  }

  /** With the controller looking whenever it asked to. */
  runUntil(time: string): void {
    const until = Date.parse(time);
    for (let next = this.reconcile(); next !== undefined && next <= until; next = this.reconcile()) this.now = next;
    this.now = until;
  }

  /** Nobody looks until then. */
  outageUntil(time: string): void {
    this.now = Date.parse(time);
    this.reconcile();
  }

  change(spec: Partial<CronJobSpec>): void {
    this.cronJob = { ...this.cronJob, spec: { ...this.cronJob.spec, ...spec } };
    this.reconcile();
  }

  /** Whatever runs completes. */
  endJobs(): void {
    const completionTime = formatTime(this.now);
    this.jobs = this.jobs.map((job) => (job.ended ? job : { ...job, ended: 'Complete' as const, completionTime }));
    this.reconcile();
  }

  #start(command: CreateObject): void {
    const { name, annotations } = command.object.metadata;
    const scheduledAt = Date.parse(annotations![scheduledTimestampAnnotation]!);
    const startTime = formatTime(this.now);
    this.jobs = [...this.jobs, { name, uid: command.uid!, scheduledAt, startTime, deleting: false }];
    this.created.push(command);
    this.starts.push({ at: startTime.slice(11, 19), tick: formatTime(scheduledAt).slice(11, 19) });
  }
}
