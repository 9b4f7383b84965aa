import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { exited, PodCase } from './pod-builder.js';

describe('restart policies of single containers', () => {
  test.for<[string, Partial<Pod['spec']['containers'][number]>, number, boolean]>([
    ['Never, as the pod', {}, 1, false],
    ['Always, other than the pod', { restartPolicy: 'Always' }, 0, true],
    ['OnFailure, after a success', { restartPolicy: 'OnFailure' }, 0, false],
    ['OnFailure, after a failure', { restartPolicy: 'OnFailure' }, 1, true],
    ['a rule for its exit code', rule('In', [42]), 42, true],
    ['a rule for another exit code', rule('In', [42]), 1, false],
    ['a rule for all but some exit codes', rule('NotIn', [1]), 42, true],
  ])('%s', ([, policy, exitCode, again]) => {
    const spec = { containers: [{ name: 'c', image: 'i', ...policy }] };
    const { start } = new PodCase().spec(spec).reports('c', exited(exitCode)).after().decide();
    expect(start).toEqual(again ? [{ container: 'c', attempt: 1 }] : []);
  });

  function rule(operator: string, values: number[]): Partial<Pod['spec']['containers'][number]> {
    return { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator, values } }] };
  }
});
