import { describe, expect, it } from 'vitest';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeTerminationMessages({ podOf, start, untilEnded }: RuntimeUnderTest): void {
  describe('termination messages', () => {
    const path = '${FINITE_TERMINATION_LOG:-/dev/termination-log}';

    it('come from the file the container wrote, at most 4096 bytes', async () => {
      const pod = podOf();
      await start(pod, shell(`head -c 5000 /dev/zero | tr '\\0' x > ${path}`));
      expect((await untilEnded(pod)).message).toBe('x'.repeat(4096));
    });

    it('come from the log of a failed container when it asks for that', async () => {
      const pod = podOf([{ terminationMessagePolicy: 'FallbackToLogsOnError' }]);
      await start(pod, shell('echo what went wrong; exit 1'));
      expect((await untilEnded(pod)).message).toBe('what went wrong\n');
    });

    it('are left out otherwise', async () => {
      const pod = podOf();
      await start(pod, shell('echo noise; exit 1'));
      expect((await untilEnded(pod)).message).toBeUndefined();
    });
  });
}
