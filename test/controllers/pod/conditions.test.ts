import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { exited, NOW, PodCase, running } from './pod-builder.js';

describe('conditions', () => {
  const conditionsOf = ({ status }: { readonly status?: Pod['status'] }): readonly string[] =>
    status!.conditions!.map(({ type, status: holds, reason }) => [type, holds, reason].filter(Boolean).join(' '));

  test.for<[string, PodCase, readonly string[]]>([
    [
      'waiting',
      new PodCase(),
      [
        'PodReadyToStartContainers False',
        'Initialized True',
        'Ready False ContainersNotReady',
        'ContainersReady False ContainersNotReady',
        'PodScheduled True',
      ],
    ],
    [
      'initializing',
      new PodCase().spec({ initContainers: [{ name: 'i', image: 'i' }] }).reports('i', running()),
      [
        'PodReadyToStartContainers True',
        'Initialized False ContainersNotInitialized',
        'Ready False ContainersNotReady',
        'ContainersReady False ContainersNotReady',
        'PodScheduled True',
      ],
    ],
    [
      'running',
      new PodCase().reports('c', running()),
      ['PodReadyToStartContainers True', 'Initialized True', 'Ready True', 'ContainersReady True', 'PodScheduled True'],
    ],
    [
      'running behind a readiness gate',
      new PodCase().spec({ readinessGates: [{ conditionType: 'x/y' }] }).reports('c', running()),
      [
        'PodReadyToStartContainers True',
        'Initialized True',
        'Ready False ReadinessGatesNotReady',
        'ContainersReady True',
        'PodScheduled True',
      ],
    ],
    [
      'succeeded',
      new PodCase().reports('c', exited(0)),
      [
        'PodReadyToStartContainers False',
        'Initialized True PodCompleted',
        'Ready False PodCompleted',
        'ContainersReady False PodCompleted',
        'PodScheduled True',
      ],
    ],
    [
      'failed',
      new PodCase().reports('c', exited(1)),
      [
        'PodReadyToStartContainers False',
        'Initialized True',
        'Ready False PodFailed',
        'ContainersReady False PodFailed',
        'PodScheduled True',
      ],
    ],
  ])('of a pod that is %s', ([, pod, conditions]) => {
    expect(conditionsOf(pod.started())).toEqual(conditions);
  });

  test('keep their transition time while they hold, and those of others stay', () => {
    const others = { type: 'x/y', status: 'True' };
    const before = new PodCase()
      .status({ conditions: [others] })
      .reports('c', running())
      .after();
    const { status } = before.reports('c', running(NOW - 1000)).decide(NOW + 60_000);
    expect(status!.conditions).toEqual(before.observed.pod.status.conditions);
    expect(status!.conditions).toContainEqual(others);
  });
});
