import { describe, expect, it } from 'vitest';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import { aJob, aPod, decide, inShort, NOW } from './builders.js';

describe('the counting protocol', () => {
  const job = aJob({ spec: { completions: 4, parallelism: 1 } });

  it('lists a finished pod before it lets go of it', () => {
    const { status, after } = decide(job, [aPod(job, { name: 'p', phase: 'Succeeded' }), aPod(job)]);
    expect(status).toMatchObject({ uncountedTerminatedPods: { succeeded: ['uid-p'] } });
    expect(status!.succeeded).toBeUndefined();
    expect(after).toMatchObject([
      { do: 'change-metadata', change: { removeFinalizers: ['batch.kubernetes.io/job-tracking'] } },
    ]);
  });

  it('counts it once it has lost its finalizer, and lists the next in the same write', () => {
    const known = aJob({
      spec: job.spec,
      status: { succeeded: 1, failed: 2, uncountedTerminatedPods: { succeeded: ['a'], failed: ['b', 'c'] } },
    });
    const { status } = decide(known, [aPod(known, { name: 'p', phase: 'Failed' })]);
    expect(status).toMatchObject({ succeeded: 2, failed: 4, uncountedTerminatedPods: { failed: ['uid-p'] } });
  });

  it('lets go again of a pod that is listed and still has its finalizer, and counts it no second time', () => {
    const known = aJob({
      spec: job.spec,
      status: { ready: 0, terminating: 0, uncountedTerminatedPods: { failed: ['uid-p'] } },
    });
    const decision = decide(known, [aPod(known, { name: 'p', phase: 'Failed' }), aPod(known)]);
    expect(decision.status?.failed).toBeUndefined();
    expect(inShort(decision)).toEqual(['untrack p']);
    expect(decision.record?.consecutiveFailures ?? 0).toBe(0);
  });

  it('writes an Indexed success as its index', () => {
    const indexed = aJob({
      spec: { completions: 3, completionMode: 'Indexed', parallelism: 0 },
      status: { completedIndexes: '0', succeeded: 1 },
    });
    const pods = [
      aPod(indexed, { phase: 'Succeeded', index: 1 }),
      aPod(indexed, { phase: 'Succeeded', index: 1 }),
      aPod(indexed, { phase: 'Succeeded', index: 9 }),
    ];
    const { status, after } = decide(indexed, pods);
    expect(status).toMatchObject({ completedIndexes: '0,1', succeeded: 2 });
    expect(status!.uncountedTerminatedPods).toEqual({});
    expect(after).toHaveLength(3);
  });

  it('lists no more than 500 at a time and comes back at once', () => {
    const many = aJob({ spec: { completions: 2000, parallelism: 700 } });
    const decision = decide(
      many,
      Array.from({ length: 700 }, () => aPod(many, { phase: 'Succeeded' })),
    );
    expect(decision.status!.uncountedTerminatedPods!.succeeded).toHaveLength(500);
    expect([decision.after.length, decision.requeueAt]).toEqual([500, NOW]);
  });

  it('does not count what is listed and still has its finalizer', () => {
    const listed = { succeeded: ['uid-a'], failed: ['uid-b'] };
    const known = aJob({
      spec: { completions: 9, parallelism: 0 },
      status: { succeeded: 3, failed: 1, uncountedTerminatedPods: listed },
    });
    const pods = [aPod(known, { name: 'a', phase: 'Succeeded' }), aPod(known, { name: 'b', phase: 'Failed' })];
    const { status } = decide(known, pods);
    expect(status).toMatchObject({ succeeded: 3, failed: 1, uncountedTerminatedPods: listed });
  });

  it('does not take a success that is listed for another one', () => {
    const known = aJob({
      spec: { completions: 2, parallelism: 1 },
      status: { uncountedTerminatedPods: { succeeded: ['uid-p'] } },
    });
    expect(inShort(decide(known, [aPod(known, { name: 'p', phase: 'Succeeded' })]))).toEqual([
      'create j-',
      'untrack p',
    ]);
  });

  it('lets go of those that are listed when the lists are full, whoever comes first', () => {
    const named = (outcome: string, number: number) => Array.from({ length: number }, (_, i) => `${outcome}-${i}`);
    const [succeeded, failed] = [named('s', 300), named('f', 200)];
    const uids = (names: readonly string[]) => names.map((name) => `uid-${name}`);
    const full = aJob({
      spec: { completions: 9999, parallelism: 0, backoffLimit: 9999 },
      status: { uncountedTerminatedPods: { succeeded: uids(succeeded), failed: uids(failed) } },
    });
    const pods = [
      aPod(full, { name: 'new', phase: 'Succeeded' }),
      ...succeeded.map((name) => aPod(full, { name, phase: 'Succeeded' })),
      ...failed.map((name) => aPod(full, { name, phase: 'Failed' })),
    ];
    const decision = decide(full, pods);
    expect(inShort(decision)).toEqual([...succeeded, ...failed].map((name) => `untrack ${name}`));
    expect((decision.status ?? full.status).uncountedTerminatedPods).toEqual(full.status.uncountedTerminatedPods);
    expect(decision.requeueAt).toBe(NOW);
  });

  it('lets go of no more than 500 pods at a time, also where none has to be listed', () => {
    const many = aJob({ spec: { completionMode: 'Indexed', completions: 2000, parallelism: 0 } });
    const pods = Array.from({ length: 700 }, (_, index) => aPod(many, { phase: 'Succeeded', index }));
    const decision = decide(many, pods);
    expect([decision.after.length, decision.requeueAt]).toEqual([500, NOW]);
    expect(decide(many, pods.slice(0, 500))).toMatchObject({ after: { length: 500 }, requeueAt: undefined });
  });

  it('remembers an ignored failure for the back-off once', () => {
    const rules = [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }];
    const ignoring = aJob({ spec: { podFailurePolicy: { rules } } });
    const pod = aPod(ignoring, { name: 'p', phase: 'Failed' });
    const first = decide(ignoring, [pod]);
    expect(first.record).toMatchObject({ consecutiveFailures: 1, ignoredFailures: ['uid-p'] });
    expect(first.status!.uncountedTerminatedPods).toEqual({});
    const again = decide({ ...ignoring, status: first.status! }, [pod], first.record);
    expect([again.record, inShort(again)]).toEqual([undefined, ['untrack p']]);
    const gone = decide({ ...ignoring, status: first.status! }, [], first.record);
    expect(gone.record).not.toHaveProperty('ignoredFailures');
  });

  it('asks for nothing when nothing has changed', () => {
    const pods = [aPod(job, { readyFor: 3 })];
    const first = decide(job, pods);
    const { status, record, before, after, events } = decide({ ...job, status: first.status! }, pods, first.record);
    expect({ status, record, before, after, events }).toEqual({
      status: undefined,
      record: undefined,
      before: [],
      after: [],
      events: [],
    });
  });

  it.each([
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
  ] as const)('counts a %s pod of a Job that is being deleted, but not what still runs', (phase, list) => {
    const deleted = aJob({
      spec: { completions: 9, parallelism: 9 },
      metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' },
    });
    const pods = [
      aPod(deleted, { name: 'a', phase }),
      aPod(deleted, { name: 'b' }),
      aPod(deleted, { name: 'c', deleting: true }),
    ];
    const decision = decide(deleted, pods);
    expect(decision.status).toMatchObject({
      active: 1,
      terminating: 1,
      uncountedTerminatedPods: { [list]: ['uid-a'] },
    });
    expect(inShort(decision)).toEqual(['untrack a', 'untrack b', 'untrack c']);
  });

  it('counts a pod whose deletion was asked for before that of its Job', () => {
    const deleted = aJob({
      spec: { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 1 },
      metadata: { deletionTimestamp: formatTime(NOW + 1000) },
    });
    const waiting = aPod(deleted, { name: 'a', index: 0, deleting: true });
    expect(decide(deleted, [waiting]).status).toMatchObject({ uncountedTerminatedPods: { failed: ['uid-a'] } });
  });
});

describe('a Job that fails', () => {
  const job = aJob({ spec: { backoffLimit: 0, completions: 3, parallelism: 3 } });
  const pods = [
    aPod(job, { name: 'failed', phase: 'Failed' }),
    aPod(job, { name: 'runs', readyFor: 2 }),
    aPod(job, { name: 'ended', phase: 'Succeeded' }),
  ];

  it('writes its verdict before it deletes what runs, and counts that as failed', () => {
    const decision = decide(job, pods);
    expect(decision.before).toEqual([]);
    expect(inShort(decision)).toEqual(['delete runs', 'untrack failed', 'untrack runs', 'untrack ended']);
    expect(decision.status).toMatchObject({
      ready: 0,
      terminating: 1,
      conditions: [{ type: 'FailureTarget' }],
      uncountedTerminatedPods: { failed: ['uid-failed', 'uid-runs'], succeeded: ['uid-ended'] },
    });
    expect(decision.status!.active).toBeUndefined();
    expect(decision.events).toEqual([]);
  });

  it('is Failed when no pod is left, and says so', () => {
    const { status } = decide(job, pods);
    const terminating = aPod(job, { name: 'runs', deleting: true, tracked: false });
    const waiting = decide({ ...job, status: status! }, [terminating]);
    expect(waiting.status).toMatchObject({
      failed: 2,
      succeeded: 1,
      terminating: 1,
      conditions: [{ type: 'FailureTarget' }],
    });
    const over = decide({ ...job, status: waiting.status! }, []);
    expect(over.status!.conditions!.map(({ type }) => type)).toEqual(['FailureTarget', 'Failed']);
    expect(over.events).toEqual([
      { type: 'Warning', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
    ]);
    expect(over.status).not.toHaveProperty('completionTime');
  });

  it('does not count a pod that it cut short a second time when that succeeds after all', () => {
    const indexed = aJob({
      spec: { completionMode: 'Indexed', completions: 2 },
      status: {
        uncountedTerminatedPods: { failed: ['uid-p'] },
        conditions: [{ type: 'FailureTarget', status: 'True', reason: 'r', message: 'm' }],
      },
    });
    const { status } = decide(indexed, [aPod(indexed, { name: 'p', phase: 'Succeeded', index: 0 })]);
    expect(status).not.toHaveProperty('completedIndexes');
  });

  it('lets go of 500 running pods at a time', () => {
    const many = aJob({ spec: { completions: 700, parallelism: 700, activeDeadlineSeconds: 0 } });
    const decision = decide(
      many,
      Array.from({ length: 700 }, () => aPod(many)),
    );
    expect(decision.after.filter((command) => command.do === 'delete')).toHaveLength(500);
    expect([decision.status!.active, decision.status!.terminating, decision.requeueAt]).toEqual([200, 500, NOW]);
    expect(decision.status!.uncountedTerminatedPods!.failed).toHaveLength(500);
  });
});

describe('a Job that fails with more pods than it lets go of at a time', () => {
  it('is not Failed while some are left, though as many go as stay', () => {
    const job = aJob({ spec: { backoffLimit: 0, completions: 1000, parallelism: 1000 }, status: { failed: 1 } });
    const pods = Array.from({ length: 1000 }, () => aPod(job, { tracked: false }));
    const { status } = decide(job, pods);
    expect(status).toMatchObject({ active: 500, terminating: 500 });
    expect(status!.conditions!.map(({ type }) => type)).toEqual(['FailureTarget']);
  });
});

describe('a Job that succeeds early', () => {
  const spec = {
    completionMode: 'Indexed',
    completions: 3,
    parallelism: 3,
    backoffLimit: 0,
    successPolicy: { rules: [{ succeededCount: 1 }] },
  };
  const job = aJob({ spec });

  it('does not count the pods that it no longer needs', () => {
    const decision = decide(job, [
      aPod(job, { name: 'a', phase: 'Succeeded', index: 0 }),
      aPod(job, { name: 'b', index: 1 }),
    ]);
    expect(inShort(decision)).toEqual(['delete b', 'untrack a', 'untrack b']);
    expect(decision.status).toMatchObject({
      succeeded: 1,
      terminating: 1,
      conditions: [{ type: 'SuccessCriteriaMet' }],
    });
    expect(decision.status!.uncountedTerminatedPods).toEqual({});
    expect(decision.status).not.toHaveProperty('completionTime');
  });

  it('nor when they have failed by the time it looks again', () => {
    const conditions = [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'SuccessPolicy', message: 'm' }];
    const met = aJob({ spec, status: { completedIndexes: '0', conditions } });
    const stopped = decide(met, [aPod(met, { name: 'b', phase: 'Failed', index: 1, deleting: true })]);
    expect(stopped.status!.uncountedTerminatedPods).toEqual({});
    const failed = decide(met, [aPod(met, { name: 'b', phase: 'Failed', index: 1 })]);
    expect(failed.status).toMatchObject({ uncountedTerminatedPods: { failed: ['uid-b'] } });
  });
});

describe('a finished Job', () => {
  it.each(['Complete', 'Failed'])('that is %s changes no more; it lets go of stray pods', (type) => {
    const job = aJob({ status: { conditions: [{ type, status: 'True' }] } });
    const decision = decide(job, [aPod(job, { name: 'p' }), aPod(job, { tracked: false })]);
    expect([inShort(decision), decision.status, decision.record]).toEqual([['untrack p'], undefined, undefined]);
  });
});

describe('managedBy', () => {
  it.each([
    ['kubernetes.io/job-controller', 1],
    ['example.com/other', 0],
  ])('%s', (managedBy, commands) => {
    expect(decide(aJob({ spec: { managedBy } }), []).before).toHaveLength(commands);
  });
});
