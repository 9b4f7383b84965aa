import { describe, expect, it } from 'vitest';
import type { CronJobRecord } from '../../../lib/apis/batch/v1/cronjob/record.js';
import type { Job, JobStatus } from '../../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { notificationsOf } from '../../../lib/manager/notifications/changes.js';
import type { Change, JsonObject } from '../../../lib/ports/store.js';
import { cronJobOf } from '../../support/schedule-mapping.js';

const created = '2026-03-01T10:00:00Z';
const later = '2026-03-01T10:05:00Z';
const revision = Date.parse('2026-03-01T10:06:00.500Z') * 1000;
const uid = '11111111-0000-4000-8000-000000000000';

function job(status: JobStatus = {}, metadata: Partial<Job['metadata']> = {}): KubeObject & Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', namespace: 'default', uid, creationTimestamp: created, ...metadata },
    spec: { parallelism: 2, completions: 3, template: {} },
    status,
  } as KubeObject & Job;
}

function condition(type: string, status: string, more: { reason?: string; message?: string } = {}) {
  return { type, status, lastTransitionTime: later, ...more };
}

function replaced(previous: KubeObject, object: KubeObject): Change {
  return { type: 'replaced', key: { resource: 'jobs', namespace: 'default', name: 'pi' }, revision, object, previous };
}

function typesOf(...changes: readonly Change[]): readonly string[] {
  return notificationsOf(changes).map(({ type }) => type);
}

describe('what is told of a Job', () => {
  it('is its creation', () => {
    const key = { resource: 'jobs', namespace: 'default', name: 'pi' };
    const labels = { app: 'pi' };
    expect(notificationsOf([{ type: 'created', key, revision, object: job({}, { labels }) }])).toEqual([
      {
        type: 'JobCreated',
        id: `${uid}/JobCreated/${created}`,
        time: created,
        object: { kind: 'Job', namespace: 'default', name: 'pi', uid, labels },
        job: { parallelism: 2, completions: 3, active: 0, succeeded: 0, failed: 0 },
      },
    ]);
  });

  it('is its failure, with the reason', () => {
    const failed = condition('Failed', 'True', { reason: 'BackoffLimitExceeded', message: 'too many' });
    const before = job({ startTime: created, failed: 6 });
    expect(notificationsOf([replaced(before, job({ startTime: created, failed: 7, conditions: [failed] }))])).toEqual([
      {
        type: 'JobFailed',
        id: `${uid}/JobFailed/${later}`,
        time: later,
        object: { kind: 'Job', namespace: 'default', name: 'pi', uid },
        reason: 'BackoffLimitExceeded',
        message: 'too many',
        job: { parallelism: 2, completions: 3, active: 0, succeeded: 0, failed: 7, startTime: created },
      },
    ]);
  });

  it.each<[string, JobStatus, JobStatus, readonly string[]]>([
    ['its start', {}, { startTime: later, active: 1 }, ['JobStarted']],
    ['nothing while it runs', { startTime: later, active: 1 }, { startTime: later, active: 2, ready: 1 }, []],
    [
      'its completion',
      { startTime: created },
      { startTime: created, completionTime: later, conditions: [condition('Complete', 'True')] },
      ['JobComplete'],
    ],
    [
      'nothing of an end that is told already',
      { conditions: [condition('Complete', 'True')] },
      { conditions: [condition('Complete', 'True')], succeeded: 1 },
      [],
    ],
    [
      'nothing of what is only on its way',
      {},
      { conditions: [condition('FailureTarget', 'True'), condition('SuccessCriteriaMet', 'True')] },
      [],
    ],
    ['its suspension', { startTime: created }, { conditions: [condition('Suspended', 'True')] }, ['JobSuspended']],
    [
      'its resumption, before its start',
      { conditions: [condition('Suspended', 'True')] },
      { startTime: later, conditions: [condition('Suspended', 'False')] },
      ['JobResumed', 'JobStarted'],
    ],
    [
      'start and end together, in that order',
      {},
      { startTime: created, conditions: [condition('Complete', 'True')] },
      ['JobStarted', 'JobComplete'],
    ],
  ])('is %s', (_, before, after, expected) => {
    expect(typesOf(replaced(job(before), job(after)))).toEqual(expected);
  });

  it('is its deletion, once, with what it had come to', () => {
    const key = { resource: 'jobs', namespace: 'default', name: 'pi' };
    const last = job({ succeeded: 3 });
    expect(notificationsOf([{ type: 'deleted', key, revision, object: last, previous: last }])).toMatchObject([
      { type: 'JobDeleted', id: `${uid}/JobDeleted`, time: '2026-03-01T10:06:00Z', job: { succeeded: 3 } },
    ]);
  });

  it('names the CronJob and the tick it was made for', () => {
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'c', controller: true }];
    const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-03-01T11:00:00+01:00' };
    const made = job({ startTime: later }, { ownerReferences, annotations });
    expect(notificationsOf([replaced(job(), made)])).toMatchObject([
      { type: 'JobStarted', cronJob: { name: 'nightly', uid: 'c' }, scheduledAt: '2026-03-01T10:00:00Z' },
    ]);
  });

  it('is the same however often it is asked for', () => {
    const change = replaced(job(), job({ startTime: later }));
    expect(notificationsOf([change])).toEqual(notificationsOf([change]));
  });

  it('differs for a second suspension', () => {
    const at = (lastTransitionTime: string) => [{ type: 'Suspended', status: 'True', lastTransitionTime }];
    const ids = [created, later].flatMap((time) =>
      notificationsOf([replaced(job(), job({ conditions: at(time) }))]).map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('stays small, whatever labels and messages it has', () => {
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`label-${i}`, 'x'.repeat(63)]));
    const failed = condition('Failed', 'True', { message: 'y'.repeat(32_768) });
    const [notification] = notificationsOf([replaced(job(), job({ conditions: [failed] }, { labels }))]);
    expect(JSON.stringify(notification).length).toBeLessThan(20_000);
  });
});

describe('what is told of a CronJob', () => {
  const key = { resource: 'cronjobs', namespace: 'default', name: 'nightly' };
  const object = cronJobOf('0 3 * * *') as unknown as KubeObject;

  function record(...skipped: CronJobRecord['skipped']): JsonObject {
    const rules = { schedule: '0 3 * * *', suspended: false };
    return { rules, settledUntil: 0, skipped } satisfies CronJobRecord as unknown as JsonObject;
  }

  const first = { scheduledAt: Date.UTC(2026, 2, 1, 3), reason: 'Forbid' } as const;
  const second = { scheduledAt: Date.UTC(2026, 2, 2, 3), reason: 'Missed' } as const;

  it('is each tick that was skipped', () => {
    const change: Change = {
      type: 'replaced',
      key,
      revision,
      object,
      previous: object,
      record: record(first, second),
      previousRecord: record(first),
    };
    expect(notificationsOf([change])).toEqual([
      {
        type: 'TickSkipped',
        id: `${object.metadata.uid}/TickSkipped/2026-03-02T03:00:00Z/Missed`,
        time: '2026-03-01T10:06:00Z',
        object: { kind: 'CronJob', namespace: 'default', name: 'nightly', uid: object.metadata.uid },
        reason: 'Missed',
        message: 'it was missed, and is not started late',
        scheduledAt: '2026-03-02T03:00:00Z',
      },
    ]);
  });

  it('is nothing when its record stays as it was, or when it goes', () => {
    const same = { key, revision, object, previous: object, record: record(first), previousRecord: record(first) };
    expect(typesOf({ ...same, type: 'replaced' }, { ...same, type: 'deleted' })).toEqual([]);
  });
});

describe('what is told of other objects', () => {
  it('is nothing', () => {
    const key = { resource: 'pods', namespace: 'default', name: 'pi-0' };
    expect(typesOf({ type: 'created', key, revision, object: job() })).toEqual([]);
  });
});
