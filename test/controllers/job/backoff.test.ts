import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../../../lib/apis/batch/v1/job/record.js';
import { backoffEnd, delayAfter, withNewlyFinished } from '../../../lib/controllers/job/backoff.js';
import { aJob, aPod, decide, inShort, NOW, syncOf } from './builders.js';

describe('the back-off', () => {
  it.each([
    [0, 0],
    [1, 10],
    [2, 20],
    [3, 40],
    [6, 320],
    [7, 600],
    [50, 600],
  ])('after %i failures is %i s', (failures, seconds) => {
    expect(delayAfter(failures)).toBe(seconds * 1000);
  });

  it('counts from the finish of the last failure', () => {
    expect(backoffEnd({ nextSlot: 0, consecutiveFailures: 2, lastFailureAt: NOW })).toBe(NOW + 20_000);
    expect(backoffEnd({ nextSlot: 0, consecutiveFailures: 0 })).toBe(0);
  });

  const known: JobRecord = { nextSlot: 3, consecutiveFailures: 1, lastFailureAt: NOW - 30_000 };
  const seconds = (ago: number) => NOW - ago * 1000;

  it.each<[string, JobRecord | undefined, number[], number[], Partial<JobRecord>]>([
    ['one failure', undefined, [], [5], { consecutiveFailures: 1, lastFailureAt: seconds(5) }],
    ['three at once', undefined, [], [5, 3, 4], { consecutiveFailures: 3, lastFailureAt: seconds(3) }],
    ['another failure', known, [], [5], { consecutiveFailures: 2, lastFailureAt: seconds(5) }],
    ['a failure that is older than the last', known, [], [40], { consecutiveFailures: 2, lastFailureAt: seconds(40) }],
    ['a success', known, [5], [], { consecutiveFailures: 0 }],
    ['a failure after a success', known, [5], [3], { consecutiveFailures: 1, lastFailureAt: seconds(3) }],
    ['a failure before a success', known, [3], [5], { consecutiveFailures: 0 }],
    ['both in the same second', known, [3], [3], { consecutiveFailures: 0 }],
    ['two successes', known, [3, 9], [6, 1], { consecutiveFailures: 1, lastFailureAt: seconds(1) }],
    ['nothing', known, [], [], known],
  ])('remembers %s', (_, record, succeeded, failed, expected) => {
    const job = aJob({ spec: { completions: 9, parallelism: 9 } });
    const pods = [
      ...succeeded.map((ended) => aPod(job, { phase: 'Succeeded', ended })),
      ...failed.map((ended) => aPod(job, { phase: 'Failed', ended })),
    ];
    expect(withNewlyFinished(syncOf(job, pods, record))).toEqual({ nextSlot: record?.nextSlot ?? 0, ...expected });
  });

  it('counts a failure that is seen after a success, whenever it finished: success is not remembered', () => {
    const job = aJob({ spec: { completions: 2 } });
    const success = withNewlyFinished(syncOf(job, [aPod(job, { phase: 'Succeeded', ended: 5 })], known));
    expect(withNewlyFinished(syncOf(job, [aPod(job, { phase: 'Failed', ended: 20 })], success))).toEqual({
      nextSlot: 3,
      consecutiveFailures: 1,
      lastFailureAt: seconds(20),
    });
  });

  it('starts a pod in its very moment, not a millisecond before', () => {
    const job = aJob({ status: { failed: 1 } });
    const record = { nextSlot: 1, consecutiveFailures: 1, lastFailureAt: NOW - 10_000 };
    expect(inShort(decide(job, [], record, NOW))).toEqual(['create j-']);
    const early = decide(job, [], record, NOW - 1);
    expect([inShort(early), early.requeueAt]).toEqual([[], NOW]);
  });

  it('goes on telling how many pods are active', () => {
    const job = aJob({ spec: { completions: 3, parallelism: 2 } });
    const { status } = decide(job, [aPod(job), aPod(job, { phase: 'Failed' })]);
    expect(status).toMatchObject({ active: 1, uncountedTerminatedPods: { failed: [expect.any(String)] } });
  });
});
