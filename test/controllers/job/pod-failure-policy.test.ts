import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { handlingOf, podFailurePolicy } from '../../../lib/controllers/job/pod-failure-policy.js';
import { aJob, aPod, syncOf } from './builders.js';

const exit = (action: string, operator: string, values: number[], containerName?: string) => ({
  action,
  onExitCodes: { operator, values, ...(containerName && { containerName }) },
});
const condition = (action: string, type: string, status?: string) => ({
  action,
  onPodConditions: [{ type, ...(status && { status }) }],
});
const status = (name: string, exitCode?: number) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: exitCode === undefined ? { running: {} } : { terminated: { exitCode } },
});

function failedPod(containers: object[], more: object = {}): Pod {
  const pod = aPod(aJob(), { name: 'p', phase: 'Failed' });
  return { ...pod, status: { ...pod.status, containerStatuses: containers, ...more } as Pod['status'] };
}

describe('podFailurePolicy', () => {
  it.each<[string, object[], Pod, string]>([
    ['counts without a matching rule', [exit('Ignore', 'In', [5])], failedPod([status('c', 1)]), 'Count'],
    ['matches a code that is listed', [exit('Ignore', 'In', [5])], failedPod([status('c', 5)]), 'Ignore'],
    ['matches a code that is not listed', [exit('FailIndex', 'NotIn', [5])], failedPod([status('c', 6)]), 'FailIndex'],
    ['does not match a listed code with NotIn', [exit('Ignore', 'NotIn', [5])], failedPod([status('c', 5)]), 'Count'],
    ['never matches code 0', [exit('Ignore', 'NotIn', [5])], failedPod([status('c', 0)]), 'Count'],
    ['waits for a container that has not ended', [exit('Ignore', 'NotIn', [5])], failedPod([status('c')]), 'Count'],
    [
      'looks at the named container alone',
      [exit('Ignore', 'In', [5], 'd')],
      failedPod([status('c', 5), status('d', 1)]),
      'Count',
    ],
    [
      'finds the named container',
      [exit('Ignore', 'In', [5], 'd')],
      failedPod([status('c', 1), status('d', 5)]),
      'Ignore',
    ],
    [
      'looks at init containers',
      [exit('Ignore', 'In', [5])],
      failedPod([status('c', 0)], { initContainerStatuses: [status('a', 5)] }),
      'Ignore',
    ],
    [
      'takes the first rule that matches',
      [exit('Count', 'In', [5]), exit('Ignore', 'In', [5])],
      failedPod([status('c', 5)]),
      'Count',
    ],
    [
      'matches a condition',
      [condition('Ignore', 'X', 'True')],
      failedPod([], { conditions: [{ type: 'X', status: 'True' }] }),
      'Ignore',
    ],
    [
      'takes True for a missing status',
      [condition('Ignore', 'X')],
      failedPod([], { conditions: [{ type: 'X', status: 'True' }] }),
      'Ignore',
    ],
    [
      'does not match another status',
      [condition('Ignore', 'X', 'True')],
      failedPod([], { conditions: [{ type: 'X', status: 'False' }] }),
      'Count',
    ],
    [
      'does not match another condition',
      [condition('Ignore', 'X', 'True')],
      failedPod([], { conditions: [{ type: 'Y', status: 'True' }] }),
      'Count',
    ],
  ])('%s', (_, rules, pod, action) => {
    expect(handlingOf(pod, aJob({ spec: { podFailurePolicy: { rules } } }).spec).action).toBe(action);
  });

  it.each([
    [
      exit('FailJob', 'In', [42]),
      'Container c for pod default/p failed with exit code 42 matching FailJob rule at index 1',
    ],
    [condition('FailJob', 'X', 'True'), 'Pod default/p has condition X matching FailJob rule at index 1'],
  ])('says why the Job fails', (rule, message) => {
    const job = aJob({ spec: { podFailurePolicy: { rules: [exit('Ignore', 'In', [1]), rule] } } });
    const pod = failedPod([status('c', 42)], { conditions: [{ type: 'X', status: 'True' }] });
    expect(podFailurePolicy(syncOf(job, [pod]))).toEqual({
      interim: 'FailureTarget',
      reason: 'PodFailurePolicy',
      message,
    });
  });

  it('weighs failed pods only', () => {
    const job = aJob({ spec: { podFailurePolicy: { rules: [condition('FailJob', 'X', 'True')] } } });
    const running = aPod(job, { conditions: [{ type: 'X', status: 'True' }] });
    const terminating = aPod(job, { deleting: true, conditions: [{ type: 'X', status: 'True' }] });
    expect(podFailurePolicy(syncOf(job, [running, terminating]))).toBeUndefined();
  });

  it('weighs a pod that was taken out of the Job, and failed while it ended', () => {
    const job = aJob({ spec: { podFailurePolicy: { rules: [exit('FailJob', 'In', [143])] } } });
    const suspended = aPod(job, { phase: 'Failed', exitCode: 143, deleting: true, tracked: false });
    expect(podFailurePolicy(syncOf(job, [suspended]))).toMatchObject({ reason: 'PodFailurePolicy' });
  });
});
