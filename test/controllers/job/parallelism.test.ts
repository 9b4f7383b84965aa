import { describe, expect, it } from 'vitest';
import { PodNames } from '../../../lib/controllers/job/pod-names.js';
import { reconcileJob } from '../../../lib/controllers/job/reconcile.js';
import { aJob, aPod, decide, inShort, NOW } from './builders.js';

describe('parallelism', () => {
  it.each([
    ['as many as may run', { completions: 5, parallelism: 3 }, {}, 3],
    ['no more than completions are left', { completions: 5, parallelism: 3 }, { succeeded: 4 }, 1],
    ['none of 0', { completions: 5, parallelism: 0 }, {}, 0],
    ['a work queue as many as may run', { parallelism: 3 }, {}, 3],
    ['a work queue after a success none', { parallelism: 3 }, { succeeded: 1 }, 0],
    ['at most 500 at a time', { completions: 2000, parallelism: 1000 }, {}, 500],
  ])('creates %s', (_, spec, status, number) => {
    const decision = decide(aJob({ spec, status }), []);
    expect(decision.before.filter((command) => command.do === 'create')).toHaveLength(number);
    expect(decision.status?.active ?? 0).toBe(number);
    expect(decision.requeueAt).toBe(number === 500 ? NOW : undefined);
  });

  it('fills up what is missing', () => {
    const job = aJob({ spec: { completions: 9, parallelism: 3 } });
    expect(inShort(decide(job, [aPod(job), aPod(job)]))).toEqual(['create j-']);
  });

  it('does not come back for the end of a back-off when nothing is missing', () => {
    const job = aJob({ spec: { completions: 9, parallelism: 1 } });
    const record = { nextSlot: 1, consecutiveFailures: 1, lastFailureAt: NOW };
    expect(decide(job, [aPod(job)], record).requeueAt).toBeUndefined();
  });

  it('is 1 where somebody has left it out', () => {
    const { parallelism: _, ...spec } = aJob({ spec: { completions: 9 } }).spec;
    expect(inShort(decide({ ...aJob(), spec }))).toEqual(['create j-']);
  });

  it('takes the lowest indexes that have no pod and have not ended', () => {
    const job = aJob({
      spec: { completionMode: 'Indexed', completions: 9, parallelism: 4 },
      status: { completedIndexes: '0,3' },
    });
    expect(inShort(decide(job, [aPod(job, { index: 1 })]))).toEqual(['create j-2-', 'create j-4-', 'create j-5-']);
  });

  it.each([
    ['TerminatingOrFailed', ['untrack p', 'create j-']],
    ['Failed', []],
  ])('with podReplacementPolicy %s', (podReplacementPolicy, commands) => {
    const job = aJob({ spec: { podReplacementPolicy } });
    const deleted = { ...aPod(job, { name: 'p', deleting: true, age: 99 }) };
    // Asked to go 30 s ago: the back-off is over.
    const pod = { ...deleted, metadata: { ...deleted.metadata, deletionTimestamp: new Date(NOW).toISOString() } };
    expect(inShort(decide(job, [pod])).toSorted()).toEqual(commands.toSorted());
  });

  it('with podReplacementPolicy Failed holds the index of a pod that has not ended', () => {
    const spec = { completionMode: 'Indexed', completions: 3, parallelism: 2, podReplacementPolicy: 'Failed' };
    const job = aJob({ spec });
    expect(inShort(decide(job, [aPod(job, { index: 0, deleting: true })]))).toEqual(['create j-1-']);
  });
});

describe('when parallelism falls', () => {
  const spec = { completions: 9, parallelism: 1 };
  const job = aJob({ spec });
  const ready = { type: 'Ready', status: 'True' };

  it.each<[string, object, object]>([
    ['on no node', {}, { node: 'n' }],
    ['pending', { node: 'n', phase: 'Pending' }, { node: 'n', phase: 'Running' }],
    ['pending before unknown', { node: 'n', phase: 'Pending' }, { node: 'n', phase: 'Unknown' }],
    ['unknown before running', { node: 'n', phase: 'Unknown' }, { node: 'n', phase: 'Running' }],
    ['not ready', { node: 'n' }, { node: 'n', readyFor: 5 }],
    ['ready for less time', { node: 'n', readyFor: 5 }, { node: 'n', readyFor: 9 }],
    ['ready since nobody knows when', { node: 'n', conditions: [ready] }, { node: 'n', readyFor: 5 }],
    [
      'restarted more often, both ready since nobody knows when',
      { node: 'n', conditions: [ready], restarts: 3 },
      { node: 'n', conditions: [ready], restarts: 1 },
    ],
    ['restarted more often', { node: 'n', restarts: 3 }, { node: 'n', restarts: 1 }],
    ['younger', { node: 'n', age: 5 }, { node: 'n', age: 9 }],
    ['of a higher index', { node: 'n', index: 4 }, { node: 'n', index: 2 }],
    ['first by name', { node: 'n', name: 'a' }, { node: 'n', name: 'b' }],
    ['on no node before pending', { phase: 'Running', readyFor: 9 }, { node: 'n', phase: 'Pending' }],
    ['restarted often before young', { node: 'n', restarts: 1, age: 99 }, { node: 'n', age: 1 }],
  ])('a pod that is %s goes first', (_, goes, stays) => {
    // Were there nothing else, the other one would go: `a` is first.
    const [going, staying] = [aPod(job, { name: 'z', ...goes }), aPod(job, { name: 'a', ...stays })];
    const name = going.metadata.name;
    for (const pods of [
      [going, staying],
      [staying, going],
    ]) {
      expect(inShort(decide(job, pods))).toEqual([`untrack ${name}`, `delete ${name}`]);
    }
  });

  it('a pod goes first whose sidecar restarted more often; other init containers say nothing', () => {
    const initContainers = [
      { name: 's', image: 'i', restartPolicy: 'Always' },
      { name: 'a', image: 'i' },
    ];
    const restarted = (name: string, sidecar: number, other: number) => {
      const pod = aPod(job, { name });
      const initContainerStatuses = [
        { name: 's', image: 'i', imageID: '', ready: true, restartCount: sidecar },
        { name: 'a', image: 'i', imageID: '', ready: true, restartCount: other },
      ];
      return { ...pod, spec: { ...pod.spec, initContainers }, status: { ...pod.status, initContainerStatuses } };
    };
    expect(inShort(decide(job, [restarted('a', 0, 9), restarted('z', 1, 0)]))).toEqual(['untrack z', 'delete z']);
  });

  it('deletes at most 500 at a time and creates nothing meanwhile', () => {
    const decision = decide(
      job,
      Array.from({ length: 700 }, () => aPod(job, { readyFor: 1 })),
    );
    expect(decision.before.filter((command) => command.do === 'delete')).toHaveLength(500);
    expect(decision.status).toMatchObject({ active: 200, ready: 200, terminating: 500 });
    expect(decision.requeueAt).toBe(NOW);
  });

  it('does not come back for a last 500', () => {
    const pods = Array.from({ length: 501 }, () => aPod(job));
    expect(decide(job, pods)).toMatchObject({ status: { active: 1, terminating: 500 }, requeueAt: undefined });
  });

  const indexed = aJob({ spec: { completionMode: 'Indexed', completions: 3, parallelism: 3 } });
  it.each<[string, object[], string[]]>([
    ['with an index out of range', [{ index: 0 }, { index: 3, name: 'p' }], ['untrack p', 'delete p']],
    [
      'with an index out of range, and no others',
      [{ index: 0 }, { index: 1 }, { index: 3, name: 'p' }],
      ['untrack p', 'delete p'],
    ],
    ['without an index', [{ index: 0 }, { name: 'p' }], ['untrack p', 'delete p']],
    ['with an index that is no number', [{ index: 0 }, { index: 'x', name: 'p' }], ['untrack p', 'delete p']],
    [
      'that is the less advanced of its index',
      [
        { index: 1, readyFor: 3 },
        { index: 1, name: 'p' },
      ],
      ['untrack p', 'delete p'],
    ],
    [
      'that is the less advanced of its index, seen first',
      [
        { index: 1, name: 'p' },
        { index: 1, readyFor: 3 },
      ],
      ['untrack p', 'delete p'],
    ],
  ])('a pod %s goes although there is room', (_, pods, commands) => {
    expect(
      inShort(
        decide(
          indexed,
          pods.map((pod) => aPod(indexed, pod)),
        ),
      ),
    ).toEqual(commands);
  });

  it('removes more than the misplaced pods when that is not enough', () => {
    const one = aJob({ spec: { completionMode: 'Indexed', completions: 3, parallelism: 1 } });
    const pods = [
      aPod(one, { index: 0, name: 'a' }),
      aPod(one, { index: 1, name: 'b' }),
      aPod(one, { index: 7, name: 'c' }),
    ];
    const deleted = inShort(decide(one, pods)).filter((command) => command.startsWith('delete'));
    expect(deleted).toEqual(['delete c', 'delete b']);
  });
});

describe('pod names', () => {
  /** They may not change from one version to the next: what one has created the next one has to recognise. */
  it.each([
    ['some-uid', 0, '6mgnz'],
    ['some-uid', 1, '42c8j'],
    ['some-uid', 27 ** 5 - 1, '88j5g'],
    ['3b1c8c9e-6a3c-4f0e-9d8a-0d6f3a5c7b21', 0, 'l5kw4'],
    ['3b1c8c9e-6a3c-4f0e-9d8a-0d6f3a5c7b21', 12_345, 'hcxgx'],
  ])('of the Job %s and slot %i end in %s', (uid, slot, suffix) => {
    expect(new PodNames(uid).nameOf('j-', slot)).toBe(`j-${suffix}`);
  });

  it('are never the same for two slots of a Job', () => {
    const names = new PodNames('some-uid');
    const seen = new Set(Array.from({ length: 20_000 }, (_, slot) => names.nameOf('j-', slot)));
    expect(seen.size).toBe(20_000);
    for (const name of seen) expect(name).toMatch(/^j-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('tell their slot', () => {
    for (const uid of ['some-uid', 'another-uid', 'a third']) {
      const names = new PodNames(uid);
      for (const slot of [0, 1, 500, 123_456, 27 ** 5 - 1]) expect(names.slotOf(names.nameOf('j-', slot))).toBe(slot);
    }
    const names = new PodNames('some-uid');
    for (const name of ['bare', 'j-aaaaa', 'xyz']) expect(names.slotOf(name)).toBeUndefined();
  });

  it('differ from Job to Job', () => {
    expect(new PodNames('another-uid').nameOf('j-', 0)).not.toBe(new PodNames('some-uid').nameOf('j-', 0));
  });

  it.each([
    ['NonIndexed', 'n'.repeat(63), `${'n'.repeat(63)}-`, 'n'.repeat(58)],
    ['Indexed', 'n'.repeat(60), `${'n'.repeat(55)}-0-`, `${'n'.repeat(55)}-0-`],
    ['Indexed', 'short', 'short-0-', 'short-0-'],
  ])('of a %s Job named %s are cut as the server cuts them', (completionMode, name, generateName, prefix) => {
    const job = aJob({ spec: { completions: 1, completionMode }, metadata: { name } });
    const { before } = decide(job, []);
    expect(before).toMatchObject([
      { object: { metadata: { generateName, name: expect.stringMatching(new RegExp(`^${prefix}.{5}$`)) } } },
    ]);
  });

  it('skip those that are taken, and go on behind them', () => {
    const job = aJob({ spec: { parallelism: 2, completions: 2 } });
    const name = (slot: number) => new PodNames('job-uid').nameOf('j-', slot);
    const decision = reconcileJob(
      { job, record: undefined, pods: [aPod(job, { name: name(1), tracked: false })], takenNames: new Set([name(0)]) },
      NOW,
    );
    expect(decision.before).toMatchObject([{ object: { metadata: { name: name(2) } } }]);
    expect(decision.record).toMatchObject({ nextSlot: 3 });
  });

  it('are found again behind a crash', () => {
    const job = aJob({ spec: { parallelism: 9, completions: 9 } });
    const name = (slot: number) => new PodNames('job-uid').nameOf('j-', slot);
    const ended = aPod(job, { name: name(4), phase: 'Succeeded' });
    expect(decide(job, [ended], { nextSlot: 2, consecutiveFailures: 0 }).record).toMatchObject({ nextSlot: 5 + 8 });
    const stopped = aJob({ spec: { parallelism: 0, completions: 9 } });
    expect(decide(stopped, [ended]).record).toMatchObject({ nextSlot: 5 });
    expect(decide(stopped, [ended, aPod(stopped)]).record).toMatchObject({ nextSlot: 5 });
    // As long as a pod is there it tells of itself.
    const running = aJob({ spec: { parallelism: 1, completions: 9 } });
    expect(decide(running, [aPod(running, { name: name(4) })]).record).toMatchObject({ nextSlot: 0 });
    expect(decide(stopped, [aPod(stopped, { name: name(1000), phase: 'Succeeded' })]).record).toMatchObject({
      nextSlot: 0,
    });
  });
});
