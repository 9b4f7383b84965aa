import { describe, expect, it } from 'vitest';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeStartingOnce({ podOf, start, stop, observe, untilEnded, logOf }: RuntimeUnderTest): void {
  describe('starting once', () => {
    it('runs a start that is asked for several times once', async () => {
      const pod = podOf();
      const request = shell('echo ran; sleep 0.3');
      await Promise.all([start(pod, request), start(pod, request)]);
      await start(pod, request);
      await untilEnded(pod);
      await start(pod, request);
      expect(await logOf(pod)).toBe('ran\n');
    });

    it('knows nothing of pods it was never asked to start', async () => {
      const pod = podOf();
      expect((await observe(pod)).containers).toEqual([]);
      expect(await logOf(pod)).toBeUndefined();
      await stop(pod, 0);
    });
  });
}
