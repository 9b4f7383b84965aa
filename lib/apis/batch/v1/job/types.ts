import {
  always,
  boolean,
  int32,
  int64,
  list,
  nullable,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { podTemplateSpec } from '../../../core/v1/pod/types.js';
import { labelSelector, objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

export const podFailurePolicyOnExitCodesRequirement = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement',
  'Matches failed pods by the exit codes of their containers.',
  {
    containerName: pointer(string('The only container whose exit code counts; all containers without it.')),
    operator: required(
      oneOf(['In', 'NotIn'], 'Whether a code must be among the values (In) or be none of them (NotIn).', {
        goType: 'v1.PodFailurePolicyOnExitCodesOperator',
      }),
    ),
    values: required(
      nullable(
        list(
          int32(),
          'The exit codes compared with, in ascending order and without repetition; 0 may not be used with In.',
          { listType: 'set' },
        ),
      ),
    ),
  },
);
export type PodFailurePolicyOnExitCodesRequirement = InferStruct<typeof podFailurePolicyOnExitCodesRequirement>;

export const podFailurePolicyOnPodConditionsPattern = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  'Matches failed pods by one of their conditions.',
  {
    status: always(
      string('The status the condition must have; True unless given.', { default: '', goType: 'v1.ConditionStatus' }),
    ),
    type: required(string('The type the condition must have.', { goType: 'v1.PodConditionType' })),
  },
);
export type PodFailurePolicyOnPodConditionsPattern = InferStruct<typeof podFailurePolicyOnPodConditionsPattern>;

export const podFailurePolicyRule = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyRule',
  'What to do with a failed pod that matches; either by exit codes or by conditions.',
  {
    action: required(
      oneOf(
        ['Count', 'FailIndex', 'FailJob', 'Ignore'],
        "Fail the whole Job (FailJob) or the pod's index (FailIndex), leave the failure uncounted (Ignore) or count it as usual (Count).",
        { goType: 'v1.PodFailurePolicyAction' },
      ),
    ),
    onExitCodes: ref(podFailurePolicyOnExitCodesRequirement, 'The exit codes for which the rule holds.'),
    onPodConditions: list(
      ref(podFailurePolicyOnPodConditionsPattern),
      'The conditions for which the rule holds; one that matches is enough.',
      { listType: 'atomic' },
    ),
  },
);
export type PodFailurePolicyRule = InferStruct<typeof podFailurePolicyRule>;

export const podFailurePolicy = struct(
  'io.k8s.api.batch.v1.PodFailurePolicy',
  "How failures of pods count towards the Job's limits.",
  {
    rules: required(
      nullable(
        list(
          ref(podFailurePolicyRule),
          'The rules in order; the first one that matches a failed pod decides, and without a match the failure counts as usual.',
          { listType: 'atomic' },
        ),
      ),
    ),
  },
);
export type PodFailurePolicy = InferStruct<typeof podFailurePolicy>;

export const successPolicyRule = struct(
  'io.k8s.api.batch.v1.SuccessPolicyRule',
  'A set of succeeded indexes that is enough for the whole Job.',
  {
    succeededCount: pointer(int32('How many indexes must have succeeded, of `succeededIndexes` if that is given.')),
    succeededIndexes: pointer(string('Which indexes must have succeeded, as numbers and ranges: `0,2-4`.')),
  },
);
export type SuccessPolicyRule = InferStruct<typeof successPolicyRule>;

export const successPolicy = struct(
  'io.k8s.api.batch.v1.SuccessPolicy',
  'When an Indexed Job succeeds before all of its indexes have.',
  {
    rules: nullable(
      required(
        list(ref(successPolicyRule), 'Alternatives in order; the Job succeeds as soon as one of them is met.', {
          listType: 'atomic',
        }),
      ),
    ),
  },
);
export type SuccessPolicy = InferStruct<typeof successPolicy>;

export const jobSpec = struct(
  'io.k8s.api.batch.v1.JobSpec',
  'What a Job runs, how often, how much at once, and when it gives up.',
  {
    activeDeadlineSeconds: pointer(
      int64('How many seconds the Job may take from its start before it fails; time spent suspended does not count.'),
    ),
    backoffLimit: pointer(int32('How many failures the Job bears before it fails; 6 unless given.')),
    backoffLimitPerIndex: pointer(
      int32('How many failures each index bears before that index fails; only for Indexed Jobs.'),
    ),
    completionMode: pointer(
      oneOf(
        ['Indexed', 'NonIndexed'],
        'Whether completions are alike (NonIndexed) or each has an index of its own from 0 on (Indexed).',
        { goType: 'v1.CompletionMode' },
      ),
    ),
    completions: pointer(
      int32('How many pods must succeed; without it, one success lets the Job end when all its pods have.'),
    ),
    managedBy: pointer(string('The controller that looks after the Job when it is not the built-in one.')),
    manualSelector: pointer(
      boolean('Whether `selector` and the matching labels are given by the user instead of being generated.'),
    ),
    maxFailedIndexes: pointer(
      int32('How many indexes may fail before the whole Job does; without it all others still run.'),
    ),
    parallelism: pointer(int32('How many pods may run at the same time; 1 unless given, 0 pauses the Job.')),
    podFailurePolicy: ref(podFailurePolicy, 'Which failures count, which do not, and which end the Job at once.'),
    podReplacementPolicy: pointer(
      oneOf(
        ['Failed', 'TerminatingOrFailed'],
        'Whether a pod that is being deleted is replaced at once (TerminatingOrFailed) or only after it has ended (Failed).',
        { goType: 'v1.PodReplacementPolicy' },
      ),
    ),
    selector: ref(labelSelector, 'The pods that belong to the Job; generated unless `manualSelector` is set.'),
    successPolicy: ref(successPolicy, 'When an Indexed Job counts as succeeded although some indexes have not.'),
    suspend: pointer(boolean("Whether no pods are to run; setting it stops those that do and resets the Job's start.")),
    template: required(ref(podTemplateSpec, 'The pod to run for every completion.')),
    ttlSecondsAfterFinished: pointer(
      int32('How many seconds after its end the Job is deleted together with its pods; without it, never.'),
    ),
  },
);
export type JobSpec = InferStruct<typeof jobSpec>;

export const jobCondition = struct(
  'io.k8s.api.batch.v1.JobCondition',
  'One thing that can be said of a Job, such as that it is complete.',
  {
    lastProbeTime: nullable(time('When the condition was last checked.')),
    lastTransitionTime: nullable(time('When the condition last went from one status to another.')),
    message: string('An explanation for people.'),
    reason: string('An explanation for programs, in one CamelCase word.'),
    status: required(string('Whether the condition holds: True, False or Unknown.', { goType: 'v1.ConditionStatus' })),
    type: required(
      string('What is said of the Job: Complete, Failed, Suspended, FailureTarget or SuccessCriteriaMet.', {
        goType: 'v1.JobConditionType',
      }),
    ),
  },
);
export type JobCondition = InferStruct<typeof jobCondition>;

export const uncountedTerminatedPods = struct(
  'io.k8s.api.batch.v1.UncountedTerminatedPods',
  "Pods that have ended but are not yet counted in the Job's status.",
  {
    failed: list(string('', { goType: 'types.UID' }), 'UIDs of the failed ones.', { listType: 'set' }),
    succeeded: list(string('', { goType: 'types.UID' }), 'UIDs of the succeeded ones.', { listType: 'set' }),
  },
);
export type UncountedTerminatedPods = InferStruct<typeof uncountedTerminatedPods>;

export const jobStatus = struct('io.k8s.api.batch.v1.JobStatus', 'How far a Job has come.', {
  active: int32('How many pods are pending or running and not being deleted.'),
  completedIndexes: string('The indexes that have succeeded, as numbers and ranges: `1,3-5`.'),
  completionTime: time('When the Job completed; a failed Job has none.'),
  conditions: list(ref(jobCondition), 'What can be said of the Job now; Complete and Failed are final.', {
    listType: 'atomic',
    patchMergeKey: 'type',
    patchStrategy: 'merge',
  }),
  failed: int32('How many pods have failed.'),
  failedIndexes: pointer(string('The indexes that have failed for good, as numbers and ranges.')),
  ready: pointer(int32('How many active pods are ready.')),
  startTime: time('When the Job was first taken up, or last resumed.'),
  succeeded: int32('How many pods have succeeded.'),
  terminating: pointer(int32('How many pods are being deleted and have not ended yet.')),
  uncountedTerminatedPods: ref(
    uncountedTerminatedPods,
    'Pods on their way from ended to counted; what keeps counts exact through crashes.',
  ),
});
export type JobStatus = InferStruct<typeof jobStatus>;

export const job = struct('io.k8s.api.batch.v1.Job', 'Runs pods until enough of them have succeeded.', {
  ...objectFields,
  spec: always(ref(jobSpec, 'What to run, and when it is enough.')),
  status: always(ref(jobStatus, 'How far the Job has come, as the controller last saw it.')),
});
export type Job = Served<InferStruct<typeof job>>;
