import { describe, expect, it, test } from 'vitest';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { failureAnnotations } from '../../../lib/controllers/job/backoff-limit-per-index.js';
import { missingPods, reserved } from '../../../lib/controllers/job/reservation.js';
import type { Decision } from '../../../lib/controllers/decision.js';
import { makePod } from '../../support/pods.js';
import { aJob, aPod, decide, NOW } from './builders.js';

const disrupted = { conditions: [{ type: 'DisruptionTarget', status: 'True' }] };

function failedPod(annotations: Record<string, string>, status: Pod['status'] = disrupted): Pod {
  const pod = makePod();
  return { ...pod, metadata: { ...pod.metadata, annotations }, status: { ...status, phase: 'Failed' } };
}

const inherited = (pod: Pod | undefined) =>
  failureAnnotations({ backoffLimitPerIndex: 5, template: { metadata: {}, spec: { containers: [] } } }, pod)[
    'finite.dev/spot-interruptions'
  ];

test.each([
  ['a first interruption', failedPod({ 'finite.dev/spot-attempts': '2' }), '1'],
  ['a second one', failedPod({ 'finite.dev/spot-attempts': '2', 'finite.dev/spot-interruptions': '1' }), '2'],
  [
    'a failure of its own',
    failedPod({ 'finite.dev/spot-attempts': '2', 'finite.dev/spot-interruptions': '1' }, {}),
    '1',
  ],
  ['no failure', undefined, undefined],
  ['an interruption nobody counts', failedPod({}), undefined],
])('a pod that replaces one after %s starts with that number', (_, pod, expected) => {
  expect(inherited(pod)).toBe(expected);
});

describe('where failures belong to no index', () => {
  const asked = { 'finite.dev/spot-attempts': '2' };
  const template = {
    metadata: { annotations: asked },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
  };
  const interrupted = { phase: 'Failed', conditions: [{ type: 'DisruptionTarget', status: 'True' }] } as const;
  const after = (interruptions: number) => ({
    annotations: { ...asked, 'finite.dev/spot-interruptions': String(interruptions) },
  });
  const many = (spec: object = {}): Job =>
    aJob({ spec: { parallelism: 3, completions: 9, backoffLimit: 99, template, ...spec } });
  const created = ({ before, after: later }: Decision<unknown, unknown>) =>
    [...before, ...later]
      .filter((command) => command.do === 'create')
      .map(({ object }) => object.metadata.annotations!['finite.dev/spot-interruptions']);
  /** What comes of pods, and of those that are created when their back-off is over. */
  const followed = (job: Job, pods: readonly Pod[]) => {
    const { record, status } = decide(job, pods);
    const later = decide({ ...job, status: status! }, [], record, NOW + 600_000);
    return { record, created: created(later), left: later.record };
  };

  it('the next pods take over the numbers of those that failed, the highest first', () => {
    const job = many();
    const pods = [
      aPod(job, { ...interrupted, annotations: asked }),
      aPod(job, { ...interrupted, ...after(1) }),
      aPod(job, { phase: 'Failed', annotations: asked }),
    ];
    const { record, created: numbers, left } = followed(job, pods);
    expect(record!.interruptions).toEqual({ 1: 1, 2: 1 });
    expect(numbers).toEqual(['2', '1', undefined]);
    expect(left).not.toHaveProperty('interruptions');
  });

  it('a failure of its own hands the number on', () => {
    const job = many({ parallelism: 1 });
    expect(followed(job, [aPod(job, { phase: 'Failed', ...after(1) })]).created).toEqual(['1']);
  });

  it('indexes that fail together with their Job take over the numbers, too', () => {
    const job = many({ completionMode: 'Indexed', parallelism: 2 });
    const pods = [aPod(job, { ...interrupted, ...after(1), index: 0 }), aPod(job, { index: 1, annotations: asked })];
    const { record, status } = decide(job, pods);
    const later = decide({ ...job, status: status! }, pods.slice(1), record, NOW + 600_000);
    expect(created(later)).toEqual(['2']);
  });

  it('a pod that is created in the same look takes it over at once', () => {
    const job = many({ parallelism: 2 });
    const pods = [
      aPod(job, { ...interrupted, annotations: asked, ended: 20 }),
      aPod(job, { phase: 'Succeeded', annotations: asked, ended: 10 }),
    ];
    const decision = decide(job, pods);
    expect(created(decision)).toEqual(['1', undefined]);
    expect(decision.record).not.toHaveProperty('interruptions');
  });

  it('an interruption counts once, however often its pod is looked at', () => {
    const job = many({ parallelism: 1 });
    const pods = [aPod(job, { ...interrupted, annotations: asked })];
    const { record, status } = decide(job, pods);
    expect(decide({ ...job, status: status! }, pods, record).record ?? record).toEqual(record);
  });

  it('an interruption that podFailurePolicy ignores counts as any other', () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }];
    const job = many({ parallelism: 1, podFailurePolicy: { rules } });
    const pods = [aPod(job, { ...interrupted, annotations: asked })];
    const { record, status } = decide(job, pods);
    expect(record!.interruptions).toEqual({ 1: 1 });
    expect(decide({ ...job, status: status! }, pods, record).record ?? record).toEqual(record);
    expect(followed(job, pods).created).toEqual(['1']);
  });

  it('of more pods than a status may list each counts once', () => {
    const job = many({ parallelism: 600, completions: 600, backoffLimit: 6000 });
    const pods = Array.from({ length: 600 }, () => aPod(job, { ...interrupted, annotations: asked }));
    const first = decide(job, pods);
    expect(first.record!.interruptions).toEqual({ 1: 500 });
    const released = new Set(first.status!.uncountedTerminatedPods!.failed);
    const rest = pods.filter(({ metadata }) => !released.has(metadata.uid));
    const second = decide({ ...job, status: first.status! }, rest, first.record);
    expect(second.record!.interruptions).toEqual({ 1: 600 });
  });

  it('nobody keeps numbers that nobody asks for', () => {
    const job = aJob();
    expect(decide(job, [aPod(job, interrupted)]).record).not.toHaveProperty('interruptions');
  });

  it('pods that were announced and not made start with the same numbers', () => {
    const job = many({ parallelism: 3 });
    const record = { nextSlot: 3, consecutiveFailures: 0, interruptions: { 1: 1, 2: 1 } };
    const observed = { job, record, pods: [] };
    const decision = reserved(observed, decide(job, [], record), NOW);
    expect(decision.record).not.toHaveProperty('interruptions');
    const announced = { ...observed, record: decision.record };
    const missing = missingPods(announced, NOW);
    expect(missing).toEqual(decision.after.filter((command) => command.do === 'create'));
    expect(missing.map(({ object }) => object.metadata.annotations!['finite.dev/spot-interruptions'])).toEqual([
      '2',
      '1',
      undefined,
    ]);
    // The first has been made.
    const { name } = missing[0]!.object.metadata;
    const there = aPod(job, { name, ...after(2) });
    const rest = missingPods({ ...announced, pods: [there] }, NOW);
    expect(rest).toEqual(missing.slice(1));
    const again = reserved({ ...announced, pods: [there] }, { ...decision, before: [] }, NOW);
    expect(again.record!.creating).toEqual([{ slots: '4,5', interruptions: { 1: 1 } }]);
  });
});
