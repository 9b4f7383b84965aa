import { describe, expect, it } from 'vitest';
import { releaseOrphan } from '../../../lib/controllers/job/orphans.js';
import { aJob, aPod, decide, inShort, NOW } from './builders.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import { reconcileTtlAfterFinished } from '../../../lib/controllers/ttl-after-finished/reconcile.js';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const variable = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } },
};

describe('a pod of a Job', () => {
  it('is the template, owned and tracked', () => {
    const job = aJob();
    const [create] = decide(job, []).before;
    expect(create).toMatchObject({
      owner: 'job-uid',
      event: { type: 'Normal', reason: 'SuccessfulCreate', message: expect.stringMatching(/^Created pod: j-.{5}$/) },
      object: {
        metadata: {
          namespace: 'default',
          labels: job.spec.template.metadata!.labels,
          finalizers: ['batch.kubernetes.io/job-tracking'],
          ownerReferences: [
            {
              apiVersion: 'batch/v1',
              kind: 'Job',
              name: 'j',
              uid: 'job-uid',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
      },
    });
    expect((create as { object: object }).object).toHaveProperty('spec', job.spec.template.spec);
    expect((create as { object: { metadata: object } }).object.metadata).not.toHaveProperty('annotations');
  });

  it('keeps what the template says beside', () => {
    const template = {
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['x/y'] },
      spec: { restartPolicy: 'Never', containers: [] },
    };
    const [create] = decide(aJob({ spec: { template, completions: 1, completionMode: 'Indexed' } }), []).before;
    expect(create).toMatchObject({
      object: {
        metadata: {
          labels: { a: 'b', [INDEX]: '0' },
          annotations: { c: 'd', [INDEX]: '0' },
          finalizers: ['x/y', 'batch.kubernetes.io/job-tracking'],
        },
      },
    });
  });

  it('does not add the tracking finalizer twice', () => {
    const template = {
      metadata: { finalizers: ['batch.kubernetes.io/job-tracking'] },
      spec: { restartPolicy: 'Never', containers: [] },
    };
    expect(decide(aJob({ spec: { template } }), []).before).toMatchObject([
      { object: { metadata: { finalizers: { length: 1 } } } },
    ]);
  });

  it('of an index knows it, in all its containers, unless they know better', () => {
    const own = { name: 'JOB_COMPLETION_INDEX', value: 'mine' };
    const containers = [
      { name: 'a', env: [{ name: 'X', value: 'y' }] },
      { name: 'b', env: [own] },
    ];
    const template = { spec: { restartPolicy: 'Never', containers, initContainers: [{ name: 'i' }] } };
    const job = aJob({ spec: { template, completions: 2, parallelism: 2, completionMode: 'Indexed' } });
    const made = decide(job, []).before as unknown as {
      object: { spec: { containers: object[]; hostname: string } };
    }[];
    expect(made[1]!.object.spec).toMatchObject({
      hostname: 'j-1',
      containers: [{ env: [{ name: 'X', value: 'y' }, variable] }, { env: [own] }],
      initContainers: [{ name: 'i', env: [variable] }],
    });
    // All pods share the template's containers.
    expect(made[0]!.object.spec.containers).toBe(made[1]!.object.spec.containers);
    expect(made[0]!.object.spec.containers[1]).toBe(containers[1]);
  });
});

describe('whose a pod is', () => {
  const job = aJob();
  const other = { labels: { app: 'other' } };

  it.each<[string, object, object, string[]]>([
    ['adopts a pod of its selector without a controller', {}, { owner: '' }, ['adopt p']],
    ['leaves one alone that is being deleted', {}, { owner: '', deleting: true }, []],
    ['leaves one alone that does not match', {}, { owner: '', ...other }, []],
    ['leaves one alone that is another controller’s', {}, { owner: 'else' }, []],
    ['releases its own that no longer matches', {}, other, ['release p']],
    ['releases nothing while it is being deleted', { deletionTimestamp: formatTime(NOW) }, other, []],
    ['adopts nothing while it is being deleted', { deletionTimestamp: formatTime(NOW) }, { owner: '' }, []],
  ])('%s', (_, metadata, pod, commands) => {
    const of = aJob({ spec: { completions: 9, parallelism: 0 }, metadata });
    const decision = decide(of, [aPod(job, { name: 'p', ...pod })]);
    expect(inShort(decision)).toEqual(commands);
    expect(decision.status === undefined).toBe(commands.length > 0);
  });
});

describe('an orphan', () => {
  const job = aJob();
  const finished = aJob({ status: { conditions: [{ type: 'Complete', status: 'True' }] } });
  const ofSet = {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }],
  };

  it.each([
    ['without a controller', aPod(job, { owner: '' }), undefined, 1],
    ['of a Job that is gone', aPod(job), undefined, 1],
    ['of a finished Job', aPod(job), finished, 1],
    ['of a Job that counts it', aPod(job), job, 0],
    ['that has no finalizer', aPod(job, { tracked: false }), undefined, 0],
    [
      'of a Job that somebody else manages',
      aPod(job),
      aJob({ spec: { managedBy: 'a/b' }, status: finished.status }),
      0,
    ],
    [
      'of a Job that is none of Kubernetes',
      {
        ...aPod(job),
        metadata: {
          ...aPod(job).metadata,
          ownerReferences: [{ ...ofSet.ownerReferences[0]!, apiVersion: 'example.com/v1', kind: 'Job' }],
        },
      },
      undefined,
      0,
    ],
    ['of another kind of controller', { ...aPod(job), metadata: { ...aPod(job).metadata, ...ofSet } }, undefined, 0],
  ])('%s', (_, pod, owner, commands) => {
    expect(releaseOrphan(pod, owner)).toHaveLength(commands);
  });
});

describe('suspend', () => {
  const status = { startTime: formatTime(NOW - 9000) };

  it('takes the active pods away without counting them', () => {
    const job = aJob({ spec: { suspend: true, completions: 2, parallelism: 2 }, status });
    const record = { nextSlot: 1, consecutiveFailures: 0, startedAt: NOW - 9000 };
    const decision = decide(job, [aPod(job, { name: 'p' })], record);
    expect(inShort(decision)).toEqual(['untrack p', 'delete p']);
    expect(decision.status).toMatchObject({
      terminating: 1,
      conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }],
    });
    expect(decision.status).not.toHaveProperty('startTime');
    expect(decision.record).not.toHaveProperty('startedAt');
    expect(decision.events).toEqual([{ type: 'Normal', reason: 'Suspended', message: 'Job suspended' }]);
  });

  it('says so once', () => {
    const job = aJob({ spec: { suspend: true } });
    const first = decide(job, []);
    expect(decide({ ...job, status: first.status! }, [], first.record)).toMatchObject({ events: [], before: [] });
  });

  it('and resume begins anew', () => {
    const conditions = [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }];
    const decision = decide(
      aJob({ spec: { activeDeadlineSeconds: 5 }, status: { ...status, conditions: conditions } }),
      [],
      undefined,
      NOW - 5000,
    );
    expect(decision.status).toMatchObject({
      startTime: formatTime(NOW - 5000),
      active: 1,
      conditions: [{ status: 'False', reason: 'JobResumed', message: 'Job resumed' }],
    });
    expect(decision.events).toEqual([{ type: 'Normal', reason: 'Resumed', message: 'Job resumed' }]);
    expect(decision.record).toMatchObject({ startedAt: NOW - 5000 });
  });

  it('never said of a Job that was never suspended', () => {
    expect(decide(aJob(), []).status).not.toHaveProperty('conditions');
  });
});

describe('ttlSecondsAfterFinished', () => {
  const finished = (spec: object, metadata: object = {}) =>
    aJob({
      spec,
      metadata,
      status: { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: formatTime(NOW - 8000) }] },
    });

  it.each<[string, ReturnType<typeof aJob>, number, number | undefined]>([
    ['over', finished({ ttlSecondsAfterFinished: 8 }), 1, undefined],
    ['not over yet', finished({ ttlSecondsAfterFinished: 9 }), 0, NOW + 1000],
    ['at once', finished({ ttlSecondsAfterFinished: 0 }), 1, undefined],
    ['never', finished({}), 0, undefined],
    [
      'already being deleted',
      finished({ ttlSecondsAfterFinished: 0 }, { deletionTimestamp: formatTime(NOW) }),
      0,
      undefined,
    ],
    ['not finished', aJob({ spec: { ttlSecondsAfterFinished: 0 } }), 0, undefined],
  ])('%s', (_, job, deletions, requeueAt) => {
    const decision = reconcileTtlAfterFinished(job, NOW);
    expect([decision.before.length, decision.requeueAt]).toEqual([deletions, requeueAt]);
    for (const command of decision.before) {
      expect(command).toEqual({
        do: 'delete',
        target: { resource: 'jobs', namespace: 'default', name: 'j', uid: 'job-uid' },
        propagationPolicy: 'Foreground',
      });
    }
  });
});
