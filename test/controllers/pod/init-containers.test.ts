import { describe, expect, test } from 'vitest';
import { exited, NOW, PodCase, running, waiting } from './pod-builder.js';

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
