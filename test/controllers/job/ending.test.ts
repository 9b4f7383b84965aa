import { describe, expect, it } from 'vitest';
import { aJob, aPod, decide, inShort, NOW } from './builders.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';

const indexed = { completionMode: 'Indexed' };
const perIndex = { ...indexed, backoffLimitPerIndex: 1 };
const failures = (count: number) => ({ 'batch.kubernetes.io/job-index-failure-count': String(count) });

/** Reason of the condition that says how the Job will end, or has ended. */
function verdictOf(job: ReturnType<typeof aJob>, pods: Parameters<typeof decide>[1], now = NOW): string | undefined {
  const status = decide(job, pods, undefined, now).status ?? job.status;
  const last = status.conditions?.findLast(({ type, status: value }) => value === 'True' && type !== 'Suspended');
  return last && `${last.type} ${last.reason}`;
}

describe('backoffLimit', () => {
  it.each([
    [
      'is reached by one failure more',
      { backoffLimit: 1 },
      { failed: 1 },
      ['Failed'],
      'FailureTarget BackoffLimitExceeded',
    ],
    ['is not reached by as many', { backoffLimit: 2 }, { failed: 1 }, ['Failed'], undefined],
    [
      'counts failures that are listed only',
      { backoffLimit: 1 },
      { uncountedTerminatedPods: { failed: ['a', 'b'] } },
      [],
      'Failed BackoffLimitExceeded',
    ],
  ] as const)('%s', (_, spec, status, phases, expected) => {
    const job = aJob({ spec: { completions: 5, ...spec }, status });
    expect(
      verdictOf(
        job,
        phases.map((phase) => aPod(job, { phase })),
      ),
    ).toBe(expected);
  });

  it.each([
    [0, [0], undefined],
    [0, [1], 'FailureTarget BackoffLimitExceeded'],
    [2, [1], undefined],
    [2, [1, 1], 'FailureTarget BackoffLimitExceeded'],
    [3, [1, 1], undefined],
  ])('of %i with restarts in place %j', (backoffLimit, restarts, expected) => {
    const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'i' }] } };
    const job = aJob({ spec: { completions: 2, parallelism: 2, backoffLimit, template } });
    expect(
      verdictOf(
        job,
        restarts.map((number) => aPod(job, { restarts: number })),
      ),
    ).toBe(expected);
  });

  it('does not mind the restarts of pods that are never restarted in place, nor of those that ended', () => {
    const never = aJob({ spec: { backoffLimit: 0 } });
    expect(verdictOf(never, [aPod(never, { restarts: 5 })])).toBeUndefined();
    const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'i' }] } };
    const job = aJob({ spec: { backoffLimit: 1, completions: 2, template } });
    expect(verdictOf(job, [aPod(job, { phase: 'Succeeded', restarts: 5 })])).toBeUndefined();
  });
});

describe('activeDeadlineSeconds', () => {
  const job = aJob({ spec: { activeDeadlineSeconds: 30 }, status: { startTime: formatTime(NOW) } });

  it.each([
    [29_999, undefined],
    [30_000, 'FailureTarget DeadlineExceeded'],
  ])('after %i ms', (later, expected) => {
    expect(verdictOf(job, [aPod(job)], NOW + later)).toBe(expected);
  });

  it('asks to be looked at in time', () => {
    expect(decide(job, [aPod(job)]).requeueAt).toBe(NOW + 30_000);
  });

  it.each([
    ['the end of the back-off where that is earlier', NOW, NOW + 10_000],
    ['the deadline where that is', NOW + 25_000, NOW + 30_000],
  ])('asks for %s', (_, lastFailureAt, expected) => {
    const record = { nextSlot: 1, consecutiveFailures: 1, lastFailureAt };
    expect(decide(job, [], record).requeueAt).toBe(expected);
  });

  it('is measured to the millisecond where the record has it', () => {
    const record = { nextSlot: 1, consecutiveFailures: 0, startedAt: NOW + 700 };
    expect(decide(job, [aPod(job)], record).requeueAt).toBe(NOW + 30_700);
    expect(decide(job, [aPod(job)], { ...record, startedAt: NOW + 5000 }).requeueAt).toBe(NOW + 30_000);
  });

  it('does not run while the Job is suspended', () => {
    const suspended = aJob({
      spec: { activeDeadlineSeconds: 30, suspend: true },
      status: { startTime: formatTime(NOW) },
    });
    expect(verdictOf(suspended, [], NOW + 60_000)).toBeUndefined();
    expect(decide(suspended, [], undefined, NOW).requeueAt).toBeUndefined();
  });

  it('of 0 is over at once', () => {
    expect(verdictOf(aJob({ spec: { activeDeadlineSeconds: 0 } }), [])).toBe('Failed DeadlineExceeded');
  });
});

describe('backoffLimitPerIndex', () => {
  it.each([
    ['gives an index up after its limit', { ...perIndex, completions: 2 }, [['Failed', 0, failures(1)]], '0'],
    ['tries it again below', { ...perIndex, completions: 2 }, [['Failed', 0, failures(0)]], ''],
    [
      'takes an unreadable count for none',
      { ...perIndex, completions: 2 },
      [['Failed', 0, { 'batch.kubernetes.io/job-index-failure-count': 'x' }]],
      '',
    ],
    ['takes a count above 2³¹ - 1 for none', { ...perIndex, completions: 2 }, [['Failed', 0, failures(2 ** 31)]], ''],
    ['takes one of 2³¹ - 1 as it is', { ...perIndex, completions: 2 }, [['Failed', 0, failures(2 ** 31 - 1)]], '0'],
    ['leaves indexes beyond the completions alone', { ...perIndex, completions: 2 }, [['Failed', 7, failures(1)]], ''],
  ] as const)('%s', (_, spec, pods, failedIndexes) => {
    const job = aJob({ spec });
    const made = pods.map(([phase, index, annotations]) => aPod(job, { phase, index, annotations }));
    expect(decide(job, made).status).toMatchObject({ failedIndexes });
  });

  it('fails the Job when all indexes have ended and some failed', () => {
    const job = aJob({
      spec: { ...perIndex, completions: 3 },
      status: { completedIndexes: '0', failedIndexes: '1', succeeded: 1 },
    });
    expect(verdictOf(job, [aPod(job, { phase: 'Failed', index: 2, annotations: failures(1) })])).toBe(
      'FailureTarget FailedIndexes',
    );
    expect(verdictOf(job, [aPod(job, { index: 2 })])).toBeUndefined();
  });

  it('keeps a failed pod until its replacement carries its count on', () => {
    const job = aJob({ spec: { ...perIndex, completions: 1 } });
    const failed = aPod(job, { name: 'p', phase: 'Failed', index: 0, annotations: failures(0), ended: 3 });
    const waiting = decide(job, [failed]);
    expect([inShort(waiting), waiting.requeueAt]).toEqual([[], NOW + 7000]);
    const replacing = decide(job, [failed], undefined, NOW + 7000);
    expect(inShort(replacing)).toEqual(['create j-0-', 'untrack p']);
    expect(replacing.before[0]).toMatchObject({ object: { metadata: { annotations: failures(1) } } });
    expect(replacing.status).toMatchObject({ active: 1, uncountedTerminatedPods: { failed: ['uid-p'] } });
  });

  it('lets a failed pod go when its index has a pod again', () => {
    const job = aJob({ spec: { ...perIndex, completions: 1 } });
    const pods = [aPod(job, { name: 'p', phase: 'Failed', index: 0 }), aPod(job, { index: 0 })];
    expect(inShort(decide(job, pods))).toEqual(['untrack p']);
  });

  it('waits longer with each failure, ignored ones included', () => {
    const ignored = { ...failures(1), 'batch.kubernetes.io/job-index-ignored-failure-count': '1' };
    const job = aJob({ spec: { ...perIndex, backoffLimitPerIndex: 5, completions: 1 } });
    const failed = aPod(job, { phase: 'Failed', index: 0, annotations: ignored });
    expect(decide(job, [failed]).requeueAt).toBe(NOW + 40_000);
  });

  it('keeps it no longer where the replacement is already terminating, and will be replaced itself', () => {
    const job = aJob({
      spec: { ...perIndex, completions: 1, podReplacementPolicy: 'Failed' },
      status: { uncountedTerminatedPods: { failed: ['uid-a'] } },
    });
    const pods = [
      aPod(job, { name: 'a', index: 0, phase: 'Failed' }),
      aPod(job, { name: 'b', index: 0, deleting: true, annotations: failures(1) }),
    ];
    expect(inShort(decide(job, pods))).toEqual(['untrack a']);
  });

  it('carries the pod with the most failures on', () => {
    const job = aJob({ spec: { ...perIndex, backoffLimitPerIndex: 5, completions: 1 } });
    const pods = [0, 2, 1].map((count) =>
      aPod(job, { name: `p${count}`, phase: 'Failed', index: 0, ended: 99, annotations: failures(count) }),
    );
    const decision = decide(job, pods);
    expect(inShort(decision)).toEqual(['create j-0-', 'untrack p0', 'untrack p2', 'untrack p1']);
    expect(decision.before[0]).toMatchObject({ object: { metadata: { annotations: failures(3) } } });
  });

  it('carries the one that failed last on where the counts are the same', () => {
    const job = aJob({ spec: { ...perIndex, completions: 1 } });
    const pods = [5, 3, 4].map((ended) => aPod(job, { phase: 'Failed', index: 0, ended }));
    for (const some of [pods.slice(0, 2), pods.slice(1)]) expect(decide(job, some).requeueAt).toBe(NOW + 7000);
  });

  it('does not wait to replace a pod of an index that the Job does not have', () => {
    const job = aJob({ spec: { ...perIndex, completions: 2, parallelism: 0 } });
    expect(inShort(decide(job, [aPod(job, { name: 'p', phase: 'Failed', index: 7 })]))).toEqual(['untrack p']);
  });

  it('with parallelism 1 lets a waiting index block those after it', () => {
    const job = aJob({ spec: { ...perIndex, completions: 3, parallelism: 1 } });
    expect(inShort(decide(job, [aPod(job, { phase: 'Failed', index: 0 })]))).toEqual([]);
  });

  it('starts other indexes meanwhile where parallelism allows', () => {
    const job = aJob({ spec: { ...perIndex, completions: 3, parallelism: 2 } });
    const decision = decide(job, [aPod(job, { phase: 'Failed', index: 0 })]);
    expect([inShort(decision), decision.requeueAt]).toEqual([['create j-1-'], NOW + 10_000]);
  });
});

describe('maxFailedIndexes', () => {
  it.each([
    [1, '0,1', 'Failed MaxFailedIndexesExceeded'],
    [2, '0,1', undefined],
    [0, '0', 'Failed MaxFailedIndexesExceeded'],
  ])('of %i with the failed indexes %s', (maxFailedIndexes, failedIndexes, expected) => {
    const job = aJob({
      spec: { ...perIndex, completions: 9, parallelism: 0, maxFailedIndexes },
      status: { failedIndexes },
    });
    expect(verdictOf(job, [])).toBe(expected);
  });
});

describe('successPolicy', () => {
  it.each<[string, object[], string, string | undefined]>([
    ['a count', [{ succeededCount: 2 }], '0,3', 'Matched rules at index 0'],
    ['a count not reached', [{ succeededCount: 3 }], '0,3', undefined],
    ['all of some indexes', [{ succeededIndexes: '0,3' }], '0,3,5', 'Matched rules at index 0'],
    ['not all of them', [{ succeededIndexes: '0-3' }], '0,3,5', undefined],
    [
      'a count among some indexes',
      [{ succeededIndexes: '0-3', succeededCount: 2 }],
      '0,3,5',
      'Matched rules at index 0',
    ],
    ['a count among them not reached', [{ succeededIndexes: '0-2', succeededCount: 2 }], '0,3,5', undefined],
    ['the second rule', [{ succeededCount: 9 }, { succeededCount: 1 }], '5', 'Matched rules at index 1'],
    ['indexes the Job no longer has', [{ succeededIndexes: '20-30' }], '0', undefined],
    ['nothing succeeded yet', [{ succeededCount: 0 }], '', undefined],
  ])('%s', (_, rules, completedIndexes, message) => {
    const spec = { ...indexed, completions: 10, parallelism: 0, successPolicy: { rules } };
    const { status } = decide(aJob({ spec, status: { completedIndexes } }), []);
    expect(status?.conditions?.map((condition) => [condition.type, condition.reason, condition.message]) ?? []).toEqual(
      message === undefined ? [] : ['SuccessCriteriaMet', 'Complete'].map((type) => [type, 'SuccessPolicy', message]),
    );
  });
});

describe('completions', () => {
  it.each([
    ['enough', { completions: 2 }, { succeeded: 2 }, [], 'Complete CompletionsReached'],
    ['not enough', { completions: 2, parallelism: 0 }, { succeeded: 1 }, [], undefined],
    ['none wanted', { completions: 0 }, {}, [], 'Complete CompletionsReached'],
    ['a work queue with a success', { parallelism: 2 }, { succeeded: 1 }, [], 'Complete CompletionsReached'],
    ['a work queue whose others still run', { parallelism: 2 }, { succeeded: 1 }, ['Running'], undefined],
    ['a work queue that may run nothing', { parallelism: 0 }, {}, [], undefined],
    ['a work queue without a success', { parallelism: 1 }, {}, ['Running'], undefined],
    [
      'a suspended Job that has all',
      { completions: 1, suspend: true },
      { succeeded: 1 },
      [],
      'Complete CompletionsReached',
    ],
  ] as const)('%s', (_, spec, status, phases, expected) => {
    const job = aJob({ spec, status });
    expect(
      verdictOf(
        job,
        phases.map((phase) => aPod(job, { phase })),
      ),
    ).toBe(expected);
  });

  it('tells of more successes than were wanted', () => {
    const { events } = decide(aJob({ spec: { completions: 1 }, status: { succeeded: 2 } }), []);
    const tooMany = 'Too many succeeded pods running after completion count reached';
    expect(events).toEqual([
      { type: 'Warning', reason: 'TooManySucceededPods', message: tooMany },
      { type: 'Normal', reason: 'Completed', message: 'Job completed' },
    ]);
  });
});

describe('which rule wins', () => {
  const exceeded = {
    backoffLimit: 0,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] },
  };
  it.each<[string, object, object, string]>([
    [
      'a success that stands',
      { backoffLimit: 0, activeDeadlineSeconds: 0 },
      { conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'r', message: 'm' }] },
      'SuccessCriteriaMet r',
    ],
    [
      'a failure that stands',
      exceeded,
      { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'r', message: 'm' }] },
      'FailureTarget r',
    ],
    ['podFailurePolicy before backoffLimit', exceeded, {}, 'FailureTarget PodFailurePolicy'],
    [
      'backoffLimit before the deadline',
      { backoffLimit: 0, activeDeadlineSeconds: 0 },
      {},
      'FailureTarget BackoffLimitExceeded',
    ],
    [
      'the deadline before failed indexes',
      { ...perIndex, completions: 1, activeDeadlineSeconds: 0, maxFailedIndexes: 0 },
      {},
      'FailureTarget DeadlineExceeded',
    ],
    [
      'too many failed indexes before all',
      { ...perIndex, backoffLimitPerIndex: 0, completions: 1, maxFailedIndexes: 0 },
      {},
      'FailureTarget MaxFailedIndexesExceeded',
    ],
    [
      'failed indexes before the success policy',
      { ...perIndex, backoffLimitPerIndex: 0, completions: 2, successPolicy: { rules: [{ succeededCount: 1 }] } },
      { completedIndexes: '1' },
      'FailureTarget FailedIndexes',
    ],
  ])('%s', (_, spec, status, expected) => {
    const job = aJob({ spec, status });
    expect(verdictOf(job, [aPod(job, { phase: 'Failed', index: 0 })])).toBe(expected);
  });
});
