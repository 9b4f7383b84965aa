import { describe, expect, it } from 'vitest';
import type { CronJobRecord } from '../../../lib/apis/batch/v1/cronjob/record.js';
import type { CronJob, CronJobSpec, CronJobStatus } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { ChildJob } from '../../../lib/controllers/cronjob/children.js';
import { reconcileCronJob } from '../../../lib/controllers/cronjob/reconcile.js';

const CREATED = Date.UTC(2026, 0, 1, 0, 0, 30);
const minute = (count: number): number => Date.UTC(2026, 0, 1, 0, count);
const nameOf = (count: number): string => `c-${minute(count) / 60_000}`;

interface Situation {
  readonly spec?: Partial<CronJobSpec>;
  readonly status?: CronJobStatus;
  readonly record?: CronJobRecord;
  readonly jobs?: readonly ChildJob[];
  readonly released?: readonly string[];
  readonly deleting?: boolean;
}

function decide({ spec, status = {}, record, jobs = [], released = [], deleting = false }: Situation, now: number) {
  const cronJob: CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name: 'c',
      namespace: 'n',
      uid: 'u',
      creationTimestamp: new Date(CREATED).toISOString(),
      ...(deleting && { deletionTimestamp: '2026-01-01T00:00:40Z' }),
    },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: {} } }, ...spec } as CronJobSpec,
    status,
  };
  const observed = { cronJob, record, jobs, newUid: 'new', takenNames: new Set<string>() };
  const decision = reconcileCronJob({ ...observed, released: new Set(released) }, now);
  const { status: written, record: remembered, requeueAt } = decision;
  return {
    ...decision,
    status: written,
    record: remembered,
    requeueAt,
    created: decision.before.flatMap((c) => (c.do === 'create' ? [c.object.metadata.name] : [])),
    deleted: decision.before.flatMap((c) => (c.do === 'delete' ? [c.target.name] : [])),
    reasons: decision.events.map(({ reason }) => reason),
    active: decision.status?.active?.map(({ name }) => name) ?? [],
  };
}

const running = (count: number): ChildJob => ({
  name: nameOf(count),
  uid: `uid-${count}`,
  scheduledAt: minute(count),
  deleting: false,
});
const active = (count: number): CronJobStatus => ({
  active: [{ apiVersion: 'batch/v1', kind: 'Job', namespace: 'n', name: nameOf(count), uid: `uid-${count}` }],
  lastScheduleTime: new Date(minute(count)).toISOString(),
});

describe('a tick', () => {
  it('is not started before its time, and asked for at it', () => {
    expect(decide({}, minute(1) - 1)).toMatchObject({ created: [], requeueAt: minute(1), status: undefined });
  });

  it('is started at its time, under its name, with status and Job told in one decision', () => {
    const decision = decide({}, minute(1));
    expect(decision).toMatchObject({ created: [nameOf(1)], active: [nameOf(1)], requeueAt: minute(2) });
    expect(decision.status?.lastScheduleTime).toBe('2026-01-01T00:01:00Z');
    expect(decision.status?.active?.[0]?.uid).toBe('new');
  });

  it('of a zone carries its local time', () => {
    const { before } = decide({ spec: { timeZone: 'America/New_York' } }, minute(1));
    expect(before[0]).toMatchObject({
      object: {
        metadata: { annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2025-12-31T19:01:00-05:00' } },
      },
    });
  });

  it('that has its Job already, as the process stopped before the status was written, is only told of', () => {
    const decision = decide({ jobs: [running(1)] }, minute(1) + 5000);
    expect(decision).toMatchObject({ created: [], active: [nameOf(1)], reasons: [] });
    expect(decision.status?.lastScheduleTime).toBe('2026-01-01T00:01:00Z');
  });

  it('is left alone while the CronJob is suspended or being deleted', () => {
    expect(decide({ spec: { suspend: true } }, minute(3))).toMatchObject({ created: [], record: undefined });
    expect(decide({ deleting: true }, minute(3))).toMatchObject({ created: [], requeueAt: undefined });
  });

  it('is started late, the newest only, after an outage; the others are written down', () => {
    const decision = decide({}, minute(3) + 20_000);
    expect(decision).toMatchObject({ created: [nameOf(3)], reasons: [] });
    expect(decision.record?.skipped).toEqual([1, 2].map((n) => ({ scheduledAt: minute(n), reason: 'Missed' })));
  });

  it('is not started after its deadline', () => {
    const decision = decide({ spec: { startingDeadlineSeconds: 15 } }, minute(1) + 15_001);
    expect(decision.created).toEqual([]);
    expect(decision.record?.skipped).toEqual([{ scheduledAt: minute(1), reason: 'DeadlineExceeded' }]);
    expect(decide({ spec: { startingDeadlineSeconds: 15 } }, minute(1) + 15_000).created).toEqual([nameOf(1)]);
  });

  it.each([
    [100, []],
    [101, ['TooManyMissedTimes']],
  ])('is started with a warning where more than 100 were missed (%i)', (missed, reasons) => {
    expect(decide({}, minute(missed))).toMatchObject({ created: [nameOf(missed)], reasons });
  });
});

describe('concurrencyPolicy', () => {
  const situation = { status: active(1), jobs: [running(1)] };

  it('Allow starts another Job beside the one that runs', () => {
    expect(decide(situation, minute(2))).toMatchObject({ created: [nameOf(2)], active: [nameOf(1), nameOf(2)] });
  });

  it('Forbid holds the tick back, says so once, and starts it late when the Job has ended', () => {
    const spec = { concurrencyPolicy: 'Forbid' } as const;
    const first = decide({ ...situation, spec }, minute(2));
    expect(first).toMatchObject({ created: [], reasons: ['JobAlreadyActive'], requeueAt: minute(3) });
    const { record } = first;
    expect(decide({ ...situation, spec, record }, minute(2) + 5000)).toMatchObject({ reasons: [], record: undefined });
    const ended: ChildJob = { ...running(1), ended: 'Complete' };
    const later = decide({ ...situation, spec, record, jobs: [ended] }, minute(2) + 9000);
    expect(later).toMatchObject({ created: [nameOf(2)], active: [nameOf(2)], reasons: ['SawCompletedJob'] });
  });

  it('Forbid gives the tick up when the next one comes', () => {
    const spec = { concurrencyPolicy: 'Forbid' } as const;
    const { record } = decide({ ...situation, spec }, minute(2));
    const next = decide({ ...situation, spec, record }, minute(3));
    expect(next.record?.skipped).toEqual([{ scheduledAt: minute(2), reason: 'Forbid' }]);
  });

  it('Forbid counts a Job whose start the status does not tell of yet', () => {
    const spec = { concurrencyPolicy: 'Forbid' } as const;
    expect(decide({ spec, jobs: [running(1)] }, minute(2))).toMatchObject({ created: [], active: [nameOf(1)] });
  });

  it('Replace takes the Job down that runs, and writes its tick down', () => {
    const decision = decide({ ...situation, spec: { concurrencyPolicy: 'Replace' } }, minute(2));
    expect(decision).toMatchObject({ deleted: [nameOf(1)], created: [nameOf(2)], active: [nameOf(2)] });
    expect(decision.record?.skipped).toEqual([{ scheduledAt: minute(1), reason: 'Replaced' }]);
  });
});

describe('status', () => {
  it('loses a Job that is gone, but not one that was only released', () => {
    expect(decide({ status: active(1) }, minute(1) + 1000)).toMatchObject({ reasons: ['MissingJob'], active: [] });
    expect(decide({ status: active(1), released: ['uid-1'] }, minute(1) + 1000).status).toBeUndefined();
  });

  it('does not take a Job in that was made by hand, but its success', () => {
    const byHand: ChildJob = { name: 'by-hand', uid: 'h', deleting: false };
    expect(decide({ jobs: [byHand] }, CREATED)).toMatchObject({ reasons: ['UnexpectedJob'], status: undefined });
    // Nor one that is not gone yet, although it was replaced.
    expect(decide({ jobs: [{ ...byHand, deleting: true }] }, CREATED)).toMatchObject({ reasons: ['UnexpectedJob'] });
    const done = { ...byHand, ended: 'Complete', completionTime: '2026-01-01T00:00:50Z' } as const;
    expect(decide({ jobs: [done] }, CREATED).status).toEqual({ lastSuccessfulTime: '2026-01-01T00:00:50Z' });
  });
});

it('the oldest finished Jobs beyond the history limits are deleted', () => {
  const finished = (n: number, ended: 'Complete' | 'Failed'): ChildJob => ({
    ...running(n),
    ended,
    startTime: new Date(minute(n)).toISOString(),
  });
  const jobs = [finished(3, 'Complete'), finished(1, 'Complete'), finished(2, 'Failed'), finished(4, 'Failed')];
  const spec = { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 };
  const status = { lastScheduleTime: new Date(minute(4)).toISOString() };
  expect(decide({ jobs, spec, status }, minute(4) + 1).deleted).toEqual([nameOf(1), nameOf(2), nameOf(4)]);
});

it('of a Job that is deleted for the sake of the limits in the moment it ends, its end is not told', () => {
  const ended: ChildJob = { ...running(1), ended: 'Complete', completionTime: '2026-01-01T00:01:30Z' };
  const decision = decide({ jobs: [ended], spec: { successfulJobsHistoryLimit: 0 }, status: active(1) }, minute(1) + 1);
  expect(decision).toMatchObject({ deleted: [nameOf(1)], active: [], reasons: [] });
  expect(decision.status).toMatchObject({ lastSuccessfulTime: '2026-01-01T00:01:30Z' });
});

it('a Job that the status does not tell of is not deleted before it does, lest its tick start again', () => {
  const found: ChildJob = { ...running(1), ended: 'Complete', startTime: new Date(minute(1)).toISOString() };
  const spec = { successfulJobsHistoryLimit: 0 };
  const first = decide({ jobs: [found], spec }, minute(1) + 1);
  expect(first).toMatchObject({ deleted: [], created: [], requeueAt: minute(1) + 1 });
  const { status, record } = first;
  expect(status).toMatchObject({ lastScheduleTime: new Date(minute(1)).toISOString().replace('.000', '') });
  expect(decide({ jobs: [found], spec, status, record }, minute(1) + 1)).toMatchObject({ deleted: [nameOf(1)] });
});

describe('a schedule', () => {
  it('that was changed has only times to come; what was open before is written down', () => {
    const rules = { schedule: '* * * * *', suspended: false };
    const record: CronJobRecord = {
      rules: { ...rules, schedule: '*/2 * * * *' },
      former: [{ ...rules, until: minute(3) + 1 }],
      settledUntil: minute(2),
      skipped: [],
    };
    const decision = decide({ spec: { schedule: '*/2 * * * *' }, record }, minute(3) + 1000);
    expect(decision).toMatchObject({ created: [], requeueAt: minute(4) });
    expect(decision.record?.skipped).toEqual([{ scheduledAt: minute(3), reason: 'ScheduleChanged' }]);
  });

  it('that was changed twice at once has no times from before it held', () => {
    const rules = { schedule: '0 0 * * *', suspended: false };
    const record: CronJobRecord = {
      rules,
      former: [
        { ...rules, until: minute(8) },
        { ...rules, schedule: '* * * * *', until: minute(9) },
      ],
      settledUntil: minute(2),
      skipped: [],
    };
    const decision = decide({ spec: { schedule: '0 0 * * *' }, record }, minute(9) + 1000);
    expect(decision.record?.skipped).toEqual([{ scheduledAt: minute(9), reason: 'ScheduleChanged' }]);
  });

  it('that never fires is told of', () => {
    expect(decide({ spec: { schedule: '0 0 31 2 *' } }, CREATED)).toMatchObject({
      reasons: ['InvalidSchedule'],
      requeueAt: undefined,
    });
  });
});
