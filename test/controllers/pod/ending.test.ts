import { describe, expect, test } from 'vitest';
import { exited, NOW, PodCase, running, TWO_CONTAINERS, waiting } from './pod-builder.js';

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
    const pod = new PodCase().spec(TWO_CONTAINERS).reports('a', running()).reports('b', running()).after();
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
    const pod = new PodCase().spec(TWO_CONTAINERS).reports('a', exited(0)).reports('b', running()).after();
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
