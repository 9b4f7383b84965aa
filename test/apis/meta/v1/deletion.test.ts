import { describe, expect, it } from 'vitest';
import { podDeletionRules } from '../../../../lib/apis/core/v1/pod/deletion.js';
import { deletionRulesOf } from '../../../../lib/apis/deletion-rules.js';
import { isRemovable, planDeletion } from '../../../../lib/apis/meta/v1/deletion.js';
import type { KubeObject, ServedMeta } from '../../../../lib/apis/meta/v1/object.js';

const now = Date.parse('2030-01-01T00:00:00.900Z');
const background = { defaultPropagationPolicy: 'Background' } as const;

function object(metadata: Partial<ServedMeta> = {}, rest: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', uid: 'u', creationTimestamp: '2029-01-01T00:00:00Z', ...metadata },
    ...rest,
  };
}

function pod(metadata: Partial<ServedMeta> = {}, phase = 'Running', nodeName: string | undefined = 'n'): KubeObject {
  return object(metadata, { spec: { nodeName, terminationGracePeriodSeconds: 30 }, status: { phase } });
}

describe('planDeletion', () => {
  it('removes at once what nothing holds', () => {
    const plain = object({ generation: 1 });
    expect(planDeletion(plain, { now }, background)).toEqual({ action: 'remove', object: plain });
  });

  it('marks what finalizers hold, once', () => {
    const held = object({ generation: 1, finalizers: ['a.b/c'] });
    const plan = planDeletion(held, { now }, background);
    expect(plan).toMatchObject({
      action: 'replace',
      object: {
        metadata: {
          generation: 2,
          deletionTimestamp: '2030-01-01T00:00:00Z',
          deletionGracePeriodSeconds: 0,
          finalizers: ['a.b/c'],
        },
      },
    });
    const marked = plan.action === 'replace' ? plan.object : held;
    expect(planDeletion(marked, { now: now + 5000 }, background)).toEqual({ action: 'none' });
  });

  it.each([
    ['asked for foreground', { propagationPolicy: 'Foreground' }, [], ['foregroundDeletion']],
    ['asked for orphans', { propagationPolicy: 'Orphan' }, [], ['orphan']],
    ['asked for orphans in the old way', { orphanDependents: true }, [], ['orphan']],
    ['asked for background against a finalizer', { propagationPolicy: 'Background' }, ['a', 'orphan'], ['a']],
    ['asked for no orphans in the old way', { orphanDependents: false }, ['a', 'orphan'], ['a']],
    ['asked for nothing, with a finalizer', {}, ['foregroundDeletion'], ['foregroundDeletion']],
    ['asked for the other one', { propagationPolicy: 'Orphan' }, ['foregroundDeletion', 'a'], ['a', 'orphan']],
  ])('%s: keeps the finalizers its policy needs', (_, request, finalizers, expected) => {
    const plan = planDeletion(object({ finalizers }), { ...request, now }, background);
    expect(plan).toMatchObject({ action: 'replace', object: { metadata: { finalizers: expected } } });
  });

  it('orphans the pods of a Job unless asked otherwise, and never an event', () => {
    expect(planDeletion(object(), { now }, deletionRulesOf('jobs'))).toMatchObject({
      object: { metadata: { finalizers: ['orphan'] } },
    });
    expect(planDeletion(object(), { now, propagationPolicy: 'Foreground' }, deletionRulesOf('events'))).toMatchObject({
      action: 'remove',
    });
  });

  it('gives a running pod its grace', () => {
    expect(planDeletion(pod({ generation: 1 }), { now }, podDeletionRules)).toMatchObject({
      action: 'replace',
      object: {
        metadata: { deletionTimestamp: '2030-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 2 },
      },
    });
  });

  it.each([
    ['on no node', pod({}, 'Pending', ''), {}],
    ['that succeeded', pod({}, 'Succeeded'), {}],
    ['that failed', pod({}, 'Failed'), { gracePeriodSeconds: 10 }],
    ['deleted with force', pod(), { gracePeriodSeconds: 0 }],
  ])('removes a pod %s at once', (_, object, request) => {
    expect(planDeletion(object, { ...request, now }, podDeletionRules)).toMatchObject({
      action: 'remove',
      object: { metadata: { deletionTimestamp: '2030-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 } },
    });
  });

  it('keeps a forced pod that a finalizer holds', () => {
    const plan = planDeletion(pod({ finalizers: ['a'] }), { now, gracePeriodSeconds: 0 }, podDeletionRules);
    expect(plan).toMatchObject({ action: 'replace', object: { metadata: { deletionGracePeriodSeconds: 0 } } });
  });

  const terminating = pod({
    generation: 2,
    deletionTimestamp: '2030-01-01T00:00:30Z',
    deletionGracePeriodSeconds: 30,
  });

  it('shortens the grace of a terminating pod', () => {
    expect(planDeletion(terminating, { now, gracePeriodSeconds: 5 }, podDeletionRules)).toMatchObject({
      action: 'replace',
      object: { metadata: { generation: 2, deletionTimestamp: '2030-01-01T00:00:05Z', deletionGracePeriodSeconds: 5 } },
    });
  });

  it.each([[{ gracePeriodSeconds: 50 }], [{ gracePeriodSeconds: 30 }], [{}], [{ propagationPolicy: 'Orphan' }]])(
    'changes nothing of a terminating pod for %j',
    (request) => {
      expect(planDeletion(terminating, { ...request, now }, podDeletionRules)).toEqual({ action: 'none' });
    },
  );

  it('reads a negative grace as one second', () => {
    expect(planDeletion(pod(), { now, gracePeriodSeconds: -5 }, podDeletionRules)).toMatchObject({
      object: { metadata: { deletionGracePeriodSeconds: 1 } },
    });
  });
});

describe('planDeletion of a namespace', () => {
  const rules = deletionRulesOf('namespaces');
  const active = object({}, { kind: 'Namespace', spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });

  it('lets it terminate until its spec.finalizers are gone', () => {
    const plan = planDeletion(active, { now }, rules);
    expect(plan).toEqual({
      action: 'replace',
      object: {
        ...active,
        metadata: { ...active.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' },
        status: { phase: 'Terminating' },
      },
    });
    const terminating = plan.action === 'replace' ? plan.object : active;
    expect(planDeletion(terminating, { now }, rules)).toEqual({ action: 'none' });
    expect(isRemovable(terminating)).toBe(false);
    expect(isRemovable({ ...terminating, spec: {} })).toBe(true);
    expect(planDeletion({ ...terminating, spec: {} }, { now }, rules)).toMatchObject({ action: 'remove' });
  });
});

describe('isRemovable', () => {
  it.each([
    [{}, false],
    [{ deletionTimestamp: 't' }, true],
    [{ deletionTimestamp: 't', deletionGracePeriodSeconds: 0, finalizers: [] }, true],
    [{ deletionTimestamp: 't', deletionGracePeriodSeconds: 3 }, false],
    [{ deletionTimestamp: 't', finalizers: ['a'] }, false],
  ])('of %j is %s', (metadata, expected) => {
    expect(isRemovable(object(metadata))).toBe(expected);
  });
});
