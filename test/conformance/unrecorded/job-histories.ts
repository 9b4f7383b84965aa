import {
  change,
  deleting,
  fail,
  indexed,
  job,
  letGo,
  onExit,
  run,
  succeed,
  unended,
  untilPods,
  type Unrecorded,
} from './history.js';

const completed = (reason: string): readonly string[] => [`SuccessCriteriaMet ${reason}`, `Complete ${reason}`];
const failed = (reason: string): readonly string[] => [`FailureTarget ${reason}`, `Failed ${reason}`];
const resumed = 'Suspended JobResumed';

/** Two fields at a time, and orders that no recording has. */
export const jobHistories: Readonly<Record<string, Unrecorded>> = {
  'a pod of a suspended Job fails with the code that fails the Job': {
    steps: [job({ podFailurePolicy: onExit(['FailJob', 143]) }), run, change({ suspend: true }), fail(deleting, 143)],
    status: { conditions: ['Suspended JobSuspended', ...failed('PodFailurePolicy')] },
    reasons: ['PodFailurePolicy', 'SuccessfulCreate', 'SuccessfulDelete', 'Suspended'],
  },
  'so does one that a smaller parallelism took away': {
    steps: [job({ podFailurePolicy: onExit(['FailJob', 143]) }), run, change({ parallelism: 0 }), fail(deleting, 143)],
    status: { conditions: failed('PodFailurePolicy') },
  },
  'a pod that has been counted is labelled as of another Job, and released': {
    steps: [
      job({ completions: 2 }),
      run,
      succeed({ n: 1 }),
      {
        do: 'patchPod',
        pod: { n: 1 },
        body: { metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'other' } } },
      },
    ],
    status: { active: 1, succeeded: 1 },
    released: [1],
  },
  'a work queue is deleted in the foreground while its last pods end: nobody tells of its end': {
    steps: [
      job({ parallelism: 2 }),
      run,
      succeed({ n: 1 }),
      { do: 'delete', kind: 'job', name: 'j', options: { propagationPolicy: 'Foreground' } },
      letGo,
    ],
    status: {},
    reasons: ['SuccessfulCreate'],
  },
  'a pod is evicted that is older than the failure before: the back-off goes by what was heard last': {
    steps: [
      job({ completions: 2, parallelism: 2 }),
      { do: 'wait', seconds: 30 },
      fail({ n: 1 }),
      fail({ n: 2 }, 1, { bare: true, reason: 'Evicted' }),
    ],
    status: { active: 2, failed: 2 },
  },
  'a Job is suspended during its back-off, and resumed after it': {
    steps: [
      job({ backoffLimit: 3 }),
      run,
      fail(unended),
      change({ suspend: true }),
      { do: 'wait', seconds: 20 },
      change({ suspend: false }),
    ],
    status: { active: 1, failed: 1, conditions: [resumed] },
    reasons: ['Resumed', 'SuccessfulCreate', 'Suspended'],
  },
  'what suspension took away counts against no limit': {
    steps: [
      job({ backoffLimit: 0, suspend: true }),
      change({ suspend: false }),
      run,
      change({ suspend: true }),
      fail(deleting),
      change({ suspend: false }),
    ],
    status: { active: 1, conditions: [resumed] },
    reasons: ['Resumed', 'SuccessfulCreate', 'SuccessfulDelete', 'Suspended'],
  },
  'FailIndex uses up maxFailedIndexes, Ignore does not; an index in back-off is counted at the end': {
    steps: [
      indexed(4, 4, {
        backoffLimitPerIndex: 2,
        maxFailedIndexes: 1,
        podFailurePolicy: onExit(['Ignore', 5], ['FailIndex', 42]),
      }),
      run,
      fail({ index: 0 }, 42),
      fail({ index: 1 }, 5),
      fail({ index: 2 }, 42),
      letGo,
    ],
    status: { failed: 3, failedIndexes: '0,2', conditions: failed('MaxFailedIndexesExceeded') },
  },
  'a success policy is met although an index has failed': {
    steps: [
      indexed(3, 3, { backoffLimitPerIndex: 0, successPolicy: { rules: [{ succeededIndexes: '1' }] } }),
      run,
      fail({ index: 0 }),
      succeed({ index: 1 }),
      letGo,
    ],
    status: {
      succeeded: 1,
      failed: 1,
      completedIndexes: '1',
      failedIndexes: '0',
      conditions: completed('SuccessPolicy'),
    },
  },
  'a success policy goes on counting after a suspension': {
    steps: [
      indexed(3, 1, { successPolicy: { rules: [{ succeededCount: 2 }] } }),
      succeed(unended),
      change({ suspend: true }),
      letGo,
      change({ suspend: false }),
      succeed(unended),
      letGo,
    ],
    status: { succeeded: 2, completedIndexes: '0,1', conditions: [resumed, ...completed('SuccessPolicy')] },
  },
  'an elastic Job leaves its failed index out': {
    steps: [
      indexed(4, 4, { backoffLimitPerIndex: 0 }),
      run,
      fail({ index: 3 }),
      change({ completions: 3, parallelism: 3 }),
      succeed(unended),
    ],
    status: {
      succeeded: 3,
      failed: 1,
      completedIndexes: '0-2',
      failedIndexes: '',
      conditions: completed('CompletionsReached'),
    },
  },
  'an elastic Job grows behind an index that has succeeded': {
    steps: [indexed(2, 2), run, succeed({ index: 1 }), change({ completions: 4, parallelism: 4 }), succeed(unended)],
    status: { succeeded: 4, completedIndexes: '0-3', conditions: completed('CompletionsReached') },
  },
  'a Job stops for a parallelism of 0, and goes on': {
    steps: [
      job({ completions: 2, parallelism: 2 }),
      run,
      succeed({ n: 1 }),
      change({ parallelism: 0 }),
      letGo,
      change({ parallelism: 2 }),
      succeed(unended),
    ],
    status: { succeeded: 2, conditions: completed('CompletionsReached') },
    reasons: ['Completed', 'SuccessfulCreate', 'SuccessfulDelete'],
  },
  'only what ended by itself is counted where pods are replaced once they failed': {
    steps: [
      job({ completions: 2, parallelism: 2, podReplacementPolicy: 'Failed' }),
      run,
      { do: 'deletePod', pod: { n: 1 } },
      change({ suspend: true }),
      change({ suspend: false }),
      fail(deleting, 143),
      letGo,
      untilPods(4),
    ],
    status: { active: 2, failed: 1, conditions: [resumed] },
  },
  'a failure that counts is one too many, those ignored before are not': {
    steps: [
      job({ completions: 2, parallelism: 2, backoffLimit: 0, podFailurePolicy: onExit(['Ignore', 5]) }),
      run,
      fail(unended, 5),
      untilPods(4),
      fail({ n: 3 }),
      letGo,
    ],
    status: { failed: 2, conditions: failed('BackoffLimitExceeded') },
  },
  'a work queue fails after its first success': {
    steps: [job({ parallelism: 3, backoffLimit: 0 }), run, succeed({ n: 1 }), fail({ n: 2 }), letGo],
    status: { succeeded: 1, failed: 2, conditions: failed('BackoffLimitExceeded') },
  },
  'the deadline of a Job created suspended runs from its resumption': {
    steps: [
      job({ activeDeadlineSeconds: 10, suspend: true }),
      { do: 'wait', seconds: 20 },
      change({ suspend: false }),
      { do: 'await', for: { condition: 'FailureTarget' }, max: 30 },
      letGo,
    ],
    status: { failed: 1, conditions: [resumed, ...failed('DeadlineExceeded')] },
  },
};
