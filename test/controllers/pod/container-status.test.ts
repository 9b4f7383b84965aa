import { describe, expect, test } from 'vitest';
import { exited, NOW, PodCase, running } from './pod-builder.js';

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
