import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { exited, NOW, PodCase, running, waiting } from './pod-builder.js';

const two = {
  containers: [
    { name: 'a', image: 'i' },
    { name: 'b', image: 'i' },
  ],
};

describe('the phase', () => {
  test.for<[string, PodCase, string | undefined]>([
    ['nothing has started', new PodCase(), 'Pending'],
    ['it is being created', new PodCase().reports('c', waiting('ContainerCreating')), 'Pending'],
    ['it runs', new PodCase().reports('c', running()), 'Running'],
    ['it succeeded', new PodCase().reports('c', exited(0)), 'Succeeded'],
    ['it failed', new PodCase().reports('c', exited(1)), 'Failed'],
    ['one of two has ended', new PodCase().spec(two).reports('a', exited(1)).reports('b', running()), 'Running'],
    ['one of two failed', new PodCase().spec(two).reports('a', exited(1)).reports('b', exited(0)), 'Failed'],
    ['one of two is still to start', new PodCase().spec(two).reports('a', exited(0)), 'Pending'],
    ['it restarts', new PodCase().spec({ restartPolicy: 'Always' }).reports('c', exited(0)), 'Running'],
    ['it fails and restarts', new PodCase().spec({ restartPolicy: 'OnFailure' }).reports('c', exited(1)), 'Running'],
    ['it succeeds at last', new PodCase().spec({ restartPolicy: 'OnFailure' }).reports('c', exited(0), 3), 'Succeeded'],
  ])('when %s', ([, pod, phase]) => {
    expect(pod.started().status?.phase).toBe(phase);
  });

  test('a finished pod is left as it is', () => {
    expect(new PodCase().reports('c', exited(0)).after().reports('c', running()).decide()).toEqual({
      start: [],
      finished: true,
      events: [],
    });
  });
});

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

describe('container statuses', () => {
  test('say all that is known', () => {
    expect(new PodCase().reports('c', exited(3)).decide().status!.containerStatuses).toEqual([
      {
        image: 'i',
        imageID: '',
        lastState: {},
        name: 'c',
        ready: false,
        restartCount: 0,
        started: false,
        state: {
          terminated: {
            exitCode: 3,
            finishedAt: '2026-01-01T00:00:59Z',
            reason: 'Error',
            startedAt: '2026-01-01T00:00:58Z',
          },
        },
      },
    ]);
  });

  test('are sorted by name, init containers in their order', () => {
    const { status } = new PodCase()
      .spec({
        containers: [{ name: 'b' }, { name: 'a' }],
        initContainers: [{ name: 'z' }, { name: 'y' }],
      })
      .started();
    expect(status!.containerStatuses!.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(status!.initContainerStatuses!.map(({ name }) => name)).toEqual(['z', 'y']);
  });

  test('keep how the attempt before ended', () => {
    const crashed = new PodCase().spec({ restartPolicy: 'Always' }).reports('c', exited(7)).after();
    const { status } = crashed.reports('c', running(), 1).decide();
    expect(status!.containerStatuses![0]).toMatchObject({
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 7 } },
    });
  });

  test('are not written again when nothing has changed', () => {
    const pod = new PodCase().reports('c', running()).after();
    expect(pod.decide(NOW + 60_000).status).toBeUndefined();
  });
});

describe('starts', () => {
  test('a new pod starts its containers', () => {
    expect(new PodCase().spec(two).decide().start).toEqual([
      { container: 'a', attempt: 0 },
      { container: 'b', attempt: 0 },
    ]);
  });

  test('what is being started is not started again', () => {
    expect(new PodCase().with({ starting: new Set(['c']) }).decide().start).toEqual([]);
  });

  test('what cannot be started says why and is tried again', () => {
    const problems = new Map([['c', { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' }]]);
    const { start, status, requeueAt } = new PodCase().with({ problems }).decide();
    expect(start).toEqual([]);
    expect(status!.containerStatuses![0]!.state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' },
    });
    expect(requeueAt).toBe(NOW + 5000);
  });

  test('a container that has recovered restarts at once again', () => {
    const record = { containers: { c: { restarts: 5 } } };
    const ran = { ...exited(1), startedAt: NOW - 700_000 } as ReturnType<typeof exited>;
    const pod = new PodCase().spec({ restartPolicy: 'Always' }).with({ record }).reports('c', ran, 5);
    expect(pod.after().decide()).toMatchObject({
      start: [{ container: 'c', attempt: 6 }],
      record: { containers: { c: { restarts: 1 } } },
    });
  });

  test('how a container ended is written before it is started again', () => {
    const pod = new PodCase().spec({ restartPolicy: 'OnFailure' }).reports('c', exited(3));
    const { start, status, requeueAt } = pod.decide();
    expect({ start, requeueAt }).toEqual({ start: [], requeueAt: NOW });
    expect(status!.containerStatuses![0]!.state!.terminated!.exitCode).toBe(3);
    expect(pod.after().decide().start).toEqual([{ container: 'c', attempt: 1 }]);
    const again = pod.after().reports('c', running(), 1).decide().status!.containerStatuses![0]!;
    expect(again).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 3 } } });
  });

  test('the wait for a restart is at most five minutes and is shown', () => {
    const pod = new PodCase().spec({ restartPolicy: 'Always' }).reports('c', exited(1), 9);
    const { status, requeueAt, events } = pod.with({ record: { containers: { c: { restarts: 9 } } } }).decide();
    expect(requeueAt).toBe(NOW - 1000 + 300_000);
    expect(status!.containerStatuses![0]!.state).toEqual({
      waiting: {
        reason: 'CrashLoopBackOff',
        message: 'back-off 5m0s restarting failed container=c pod=p_default(u)',
      },
    });
    expect(events).toEqual([
      {
        type: 'Warning',
        reason: 'BackOff',
        message: 'Back-off restarting failed container c in pod p_default(u)',
        fieldPath: 'spec.containers{c}',
      },
    ]);
  });
});

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

describe('init containers', () => {
  const initContainers = [{ name: 'one' }, { name: 'side', restartPolicy: 'Always' }, { name: 'two' }];
  const started = (pod: PodCase): readonly string[] => pod.decide().start.map(({ container }) => container);
  const pod = new PodCase().spec({ initContainers });

  test('start one after the other, and the others after them', () => {
    expect(started(pod)).toEqual(['one']);
    expect(started(pod.reports('one', running()))).toEqual([]);
    const first = pod.reports('one', exited(0));
    expect(started(first)).toEqual(['side']);
    expect(started(first.reports('side', waiting('ContainerCreating')))).toEqual([]);
    const side = first.reports('side', running());
    expect(started(side)).toEqual(['two']);
    expect(started(side.reports('two', exited(0)))).toEqual(['c']);
  });

  test('a sidecar that ends restarts, whatever the pod policy, and holds up nobody', () => {
    const crashed = pod.reports('one', exited(0)).reports('side', exited(1));
    expect(started(crashed.after())).toEqual(['side', 'two']);
  });

  test('one that fails restarts unless the pod never does', () => {
    const failed = pod.reports('one', exited(1));
    expect(started(failed.spec({ restartPolicy: 'OnFailure' }).after())).toEqual(['one']);
    expect(failed.decide()).toMatchObject({ start: [], finished: true, status: { phase: 'Failed' } });
  });

  test('sidecars are stopped when the others have ended, and only then is the pod over', () => {
    const done = pod
      .reports('one', exited(0))
      .reports('side', running())
      .reports('two', exited(0))
      .reports('c', exited(0));
    expect(done.decide()).toMatchObject({ finished: false, stop: { containers: ['side'], killAt: NOW + 29_000 } });
    expect(done.reports('side', exited(143)).decide()).toMatchObject({
      finished: true,
      status: { phase: 'Succeeded' },
    });
  });
});

describe('the end', () => {
  const deleting = { deletionTimestamp: '2026-01-01T00:01:30Z', deletionGracePeriodSeconds: 30 };

  test('a deleted pod is stopped, and not over before nothing runs', () => {
    const pod = new PodCase().reports('c', running()).metadata(deleting);
    expect(pod.decide()).toMatchObject({ finished: false, stop: { containers: ['c'], killAt: NOW + 30_000 } });
    expect(pod.decide().status?.phase).not.toBe('Failed');
    expect(pod.reports('c', exited(143)).decide()).toMatchObject({ finished: true, status: { phase: 'Failed' } });
    expect(pod.reports('c', exited(0)).decide()).toMatchObject({ finished: true, status: { phase: 'Succeeded' } });
  });

  test('a start that is under way is waited for', () => {
    const pod = new PodCase().metadata(deleting).with({ starting: new Set(['c']) });
    expect(pod.decide()).toMatchObject({ finished: false, stop: { containers: ['c'] } });
  });

  test('a pod deleted before its start has failed', () => {
    const { status, start } = new PodCase().metadata(deleting).decide();
    expect(start).toEqual([]);
    expect(status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }],
    });
  });

  test('a deleted pod does not restart its containers', () => {
    const pod = new PodCase().spec({ restartPolicy: 'Always' }).metadata(deleting).reports('c', exited(1));
    expect(pod.decide()).toMatchObject({ start: [], finished: true, status: { phase: 'Failed' } });
  });

  test('a pod whose container vanished is disrupted, and stops the rest first', () => {
    const pod = new PodCase().spec(two).reports('a', running()).reports('b', running()).after();
    const lost = pod.forgotten().reports('b', running());
    expect(lost.decide()).toMatchObject({ finished: false, stop: { containers: ['b'] } });
    const over = lost.after().reports('b', exited(143)).decide();
    expect(over).toMatchObject({ finished: true, status: { phase: 'Failed' } });
    expect(over.status!.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True' }),
    );
  });

  test('one that ran and waits again under the same attempt is lost, and not started anew', () => {
    const ran = new PodCase().reports('c', running()).after();
    expect(ran.reports('c', waiting('ContainerCreating')).decide()).toMatchObject({
      start: [],
      finished: true,
      status: { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 137 } } }] },
    });
    const restarted = ran.spec({ restartPolicy: 'Always' }).reports('c', waiting('ContainerCreating'), 1);
    expect(restarted.decide()).toMatchObject({ finished: false, status: { phase: 'Running' } });
  });

  test('ended containers that the runtime has forgotten are not lost', () => {
    const pod = new PodCase().spec(two).reports('a', exited(0)).reports('b', running()).after();
    expect(pod.forgotten().reports('b', exited(0)).decide()).toMatchObject({ status: { phase: 'Succeeded' } });
  });

  test.for([
    ['still runs', running(), 'Failed'],
    ['ended before', exited(0, NOW - 2000), 'Succeeded'],
    ['ended after', exited(0, NOW - 500), 'Failed'],
  ] as const)('at its deadline a pod that %s', ([, state, phase]) => {
    const pod = new PodCase()
      .spec({ activeDeadlineSeconds: 59 })
      .status({ startTime: '2026-01-01T00:00:00Z' })
      .reports('c', state);
    const decision = pod.decide();
    const over = state.type === 'running' ? pod.reports('c', exited(143, NOW)).decide() : decision;
    expect(over.status).toMatchObject({ phase });
    expect(over.status!.reason).toBe(phase === 'Failed' ? 'DeadlineExceeded' : undefined);
  });

  test('the deadline is a time to wake at', () => {
    const pod = new PodCase().spec({ activeDeadlineSeconds: 59 }).reports('c', running());
    expect(pod.decide().requeueAt).toBe(NOW + 59_000);
  });
});
