import { expect, it } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import { finishTimeOf } from '../../../lib/controllers/job/finish-time.js';
import { aJob, aPod, NOW } from './builders.js';

const base = aPod(aJob(), { age: 100 });
const at = (ago: number) => formatTime(NOW - ago * 1000);
const ended = (name: string, ago: number) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode: 0, finishedAt: at(ago) } },
});
const running = { name: 'b', image: '', imageID: '', ready: true, restartCount: 0, state: { running: {} } };
const unready = { type: 'Ready', status: 'False', lastTransitionTime: at(20) };
const init = (restartPolicy?: string) => [{ name: 's', image: 'i', ...(restartPolicy && { restartPolicy }) }];

it.each<[string, object, object, object, number]>([
  ['the end of its last container', {}, { containerStatuses: [ended('a', 9), ended('b', 4)] }, {}, 4],
  [
    'the end of its sidecar',
    { initContainers: init('Always') },
    { containerStatuses: [ended('a', 9)], initContainerStatuses: [ended('s', 3)] },
    {},
    3,
  ],
  [
    'not the end of an init container',
    { initContainers: init() },
    { containerStatuses: [ended('a', 9)], initContainerStatuses: [ended('s', 3)] },
    {},
    9,
  ],
  [
    'the end of readiness while a container runs',
    {},
    { containerStatuses: [ended('a', 9), running], conditions: [unready] },
    {},
    20,
  ],
  [
    'the beginning of its deletion',
    {},
    { containerStatuses: [running] },
    { deletionTimestamp: at(-10), deletionGracePeriodSeconds: 30 },
    20,
  ],
  ['its deletion without grace', {}, {}, { deletionTimestamp: at(15) }, 15],
  ['its creation', {}, { conditions: [{ ...unready, status: 'True' }] }, {}, 100],
])('a pod finished at %s', (_, spec, status, metadata, ago) => {
  const pod = { ...base, spec: { ...base.spec, ...spec }, status, metadata: { ...base.metadata, ...metadata } } as Pod;
  expect(finishTimeOf(pod)).toBe(NOW - ago * 1000);
});
