import { expect, test } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { failureAnnotations } from '../../../lib/controllers/job/backoff-limit-per-index.js';
import { makePod } from '../../support/pods.js';

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
