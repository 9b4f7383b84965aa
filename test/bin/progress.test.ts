import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { liveRows } from '../../bin/run/live-rows.js';
import { failureOf, formatElapsed, Progress, waitingReason } from '../../bin/run/progress.js';

const START = Date.UTC(2026, 0, 1);
const startTime = new Date(START).toISOString();

function jobOf(name: string, status: object, spec: object = { completions: 4, parallelism: 2 }): Job {
  const metadata = { name, namespace: 'default', uid: name, creationTimestamp: startTime };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec, status: { startTime, ...status } } as unknown as Job;
}

function podOf(name: string, owner: string, status: object): Pod {
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: owner, uid: owner, controller: true }];
  const metadata = { name, namespace: 'default', uid: name, creationTimestamp: startTime, ownerReferences };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] }, status } as unknown as Pod;
}

const complete = { conditions: [{ type: 'Complete', status: 'True' }], succeeded: 4, completionTime: startTime };
const failed = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }], failed: 2 };

function progressOf(...jobs: Job[]): Progress {
  const progress = new Progress(new Set(jobs.map(({ metadata }) => `default/${metadata.name}`)));
  for (const object of jobs) progress.applyJob({ type: 'ADDED', object: object as never });
  return progress;
}

describe('the progress of a run', () => {
  it('has ended when every Job that is waited for has', () => {
    const progress = new Progress(new Set(['default/a', 'default/b']));
    progress.applyJob({ type: 'ADDED', object: jobOf('a', complete) as never });
    expect(progress.ended).toBe(false);
    progress.applyJob({ type: 'ADDED', object: jobOf('b', { active: 1 }) as never });
    expect(progress.ended).toBe(false);
    progress.applyJob({ type: 'MODIFIED', object: jobOf('b', failed) as never });
    expect([progress.ended, progress.succeeded]).toEqual([true, false]);
  });

  it('leaves Jobs alone that nobody waits for', () => {
    const progress = progressOf(jobOf('a', complete));
    expect(progress.applyJob({ type: 'ADDED', object: jobOf('other', {}) as never })).toBeUndefined();
    expect([progress.ended, progress.succeeded]).toEqual([true, true]);
  });
});

describe('what is said of a pod', () => {
  it.each([
    [
      { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ErrImagePull', message: 'no' } } }] },
      'ErrImagePull: no',
    ],
    [{ containerStatuses: [{ name: 'c', state: { waiting: { reason: 'PodInitializing' } } }] }, undefined],
    [{ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, 'SchedulingGated'],
    [{ phase: 'Running' }, undefined],
  ])('%j waits because of %s', (status, reason) => {
    expect(waitingReason(podOf('p', 'a', status))).toBe(reason);
  });

  it.each([
    [
      { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 3, reason: 'Error' } } }] },
      'exit code 3 in container c',
    ],
    [
      { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] },
      'OOMKilled, exit code 137 in container c',
    ],
    [{ reason: 'DeadlineExceeded', message: 'too long' }, 'DeadlineExceeded: too long'],
    [{}, 'failed'],
  ])('%j failed: %s', (status, text) => {
    expect(failureOf(podOf('p', 'a', status))).toBe(text);
  });

  it.each([
    [-5, '0s'],
    [59_999, '59s'],
    [125_000, '2m05s'],
    [3_780_000, '1h03m'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });
});

describe('the live view', () => {
  const rows = (progress: Progress, columns = 80, height = 20): string[] =>
    liveRows(progress, { columns, rows: height }, START + 12_000).map(stripVTControlCharacters);

  it('shows a bar and figures per Job, and the pods under way', () => {
    const progress = progressOf(jobOf('pi', { active: 1, succeeded: 2, failed: 1 }));
    const waiting = { waiting: { reason: 'ErrImagePull' } };
    const status = { phase: 'Pending', containerStatuses: [{ name: 'c', state: waiting }] };
    progress.applyPod({ type: 'ADDED', object: podOf('pi-abcde', 'pi', status) as never });
    const [job, pod] = rows(progress);
    expect(job).toMatch(/^pi {2}█+▒+─+ {2}2\/4 {2}1 active {2}1 failed {2}12s$/);
    expect(pod).toMatch(/^ {2}pi-abcde +Pending +12s +ErrImagePull$/);
  });

  it('says how each Job ended', () => {
    const text = rows(progressOf(jobOf('a', complete), jobOf('b', failed))).join('\n');
    expect(text).toMatch(/a .*4\/4 {2}Complete/);
    expect(text).toMatch(/b .*2 failed {2}Failed: BackoffLimitExceeded/);
  });

  it.each([30, 50, 80, 200])('keeps to %i columns', (columns) => {
    const long = 'a-job-with-a-name-that-is-as-long-as-names-may-be-in-kubernetes';
    for (const row of rows(progressOf(jobOf(long, { active: 1 })), columns))
      expect(row.length).toBeLessThan(columns + 1);
  });

  it('counts the Jobs for which there is no row, those that are under way before the others', () => {
    const done = Array.from({ length: 30 }, (_, index) => jobOf(`done-${index}`, complete));
    const picture = rows(progressOf(...done, jobOf('late', { active: 1 })), 80, 5);
    expect(picture).toHaveLength(5);
    expect(picture[0]).toMatch(/^late/);
    expect(picture[4]).toBe('… and 27 more Jobs: 27 complete');
  });
});
