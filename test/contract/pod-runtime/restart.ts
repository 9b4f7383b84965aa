import { describe, expect, it } from 'vitest';
import type { ContainerReportState } from '../../../lib/ports/pod-runtime.js';
import { identityOf, shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeRestart({
  podOf,
  start,
  stop,
  remove,
  list,
  stateOf,
  until,
  untilEnded,
  untilLogged,
  logOf,
  restart,
}: RuntimeUnderTest): void {
  describe('after a restart of the server', () => {
    it('finds what still runs, does not start it again and sees it end', async () => {
      const pod = podOf();
      const request = shell('trap "exit 5" TERM; echo ran; while true; do sleep 0.1; done');
      await start(pod, request);
      await untilLogged(pod, 'ran');
      await restart();
      expect(await stateOf(pod)).toMatchObject({ type: 'running' });
      await start(pod, request);
      await stop(pod, 60);
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 5 });
      expect(await logOf(pod)).toBe('ran\n');
    });

    it('finds the exit code of what ended meanwhile', async () => {
      const pod = podOf();
      await start(pod, shell('sleep 0.3; exit 6'));
      // On a busy machine it may have ended before, or end after.
      const hasBegun = (state?: ContainerReportState): state is ContainerReportState =>
        state !== undefined && state.type !== 'waiting';
      await until(pod, hasBegun);
      await restart(() => new Promise((resolve) => setTimeout(resolve, 1200)));
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 6 });
    });

    it('lists every pod it holds something of', async () => {
      const pod = podOf();
      await start(pod, shell('true'));
      await untilEnded(pod);
      await restart();
      expect(await list()).toContainEqual(identityOf(pod));
      await remove(pod, { logs: true });
      expect(await list()).not.toContainEqual(identityOf(pod));
    });
  });
}
