import { describe, expect, test } from 'vitest';
import { exited, NOW, PodCase, running, TWO_CONTAINERS, waiting } from './pod-builder.js';

describe('the phase', () => {
  test.for<[string, PodCase, string | undefined]>([
    ['nothing has started', new PodCase(), 'Pending'],
    ['it is being created', new PodCase().reports('c', waiting('ContainerCreating')), 'Pending'],
    ['it runs', new PodCase().reports('c', running()), 'Running'],
    ['it succeeded', new PodCase().reports('c', exited(0)), 'Succeeded'],
    ['it failed', new PodCase().reports('c', exited(1)), 'Failed'],
    [
      'one of two has ended',
      new PodCase().spec(TWO_CONTAINERS).reports('a', exited(1)).reports('b', running()),
      'Running',
    ],
    ['one of two failed', new PodCase().spec(TWO_CONTAINERS).reports('a', exited(1)).reports('b', exited(0)), 'Failed'],
    ['one of two is still to start', new PodCase().spec(TWO_CONTAINERS).reports('a', exited(0)), 'Pending'],
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

describe('starts', () => {
  test('a new pod starts its containers', () => {
    expect(new PodCase().spec(TWO_CONTAINERS).decide().start).toEqual([
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
