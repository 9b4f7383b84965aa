import { describe, expect, it } from 'vitest';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeLogs({ podOf, start, remove, observe, untilEnded, logOf }: RuntimeUnderTest): void {
  describe('logs', () => {
    const tenLines = shell('i=0; while [ $i -lt 10 ]; do echo line $i; i=$((i+1)); done');

    it('keep standard output and standard error', async () => {
      const pod = podOf();
      await start(pod, shell('echo out; sleep 0.5; echo err >&2; sleep 0.5; printf unfinished'));
      await untilEnded(pod);
      expect(await logOf(pod)).toBe('out\nerr\nunfinished');
    });

    it('are followed until the attempt has ended', async () => {
      const pod = podOf();
      await start(pod, shell('for i in 1 2 3; do echo line $i; sleep 0.2; done'));
      expect(await logOf(pod, { follow: true })).toBe('line 1\nline 2\nline 3\n');
      await untilEnded(pod);
    });

    it.each([
      [0, ''],
      [1, 'line 9\n'],
      [3, 'line 7\nline 8\nline 9\n'],
      [10, /^line 0\n[^]*line 9\n$/],
      [100, /^line 0\n[^]*line 9\n$/],
    ])('end with the last %i lines', async (tailLines, expected) => {
      const pod = podOf();
      await start(pod, tenLines);
      await untilEnded(pod);
      const log = await logOf(pod, { tailLines });
      if (typeof expected === 'string') expect(log).toBe(expected);
      else expect(log).toMatch(expected);
    });

    it('stop after so many bytes', async () => {
      const pod = podOf();
      await start(pod, tenLines);
      await untilEnded(pod);
      expect(await logOf(pod, { limitBytes: 9 })).toBe('line 0\nli');
    });

    it('carry times, and begin where it is asked', async () => {
      const pod = podOf();
      await start(pod, shell('echo early; sleep 2.2; echo late'));
      await untilEnded(pod);
      const stamped = await logOf(pod, { timestamps: true });
      expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z early\n\S+Z late\n$/);
      const late = Date.parse(stamped!.split('\n')[1]!.split(' ')[0]!);
      expect(await logOf(pod, { sinceMs: late - 900 })).toBe('late\n');
      expect(await logOf(pod, { sinceMs: 0 })).toBe('early\nlate\n');
      expect(await logOf(pod, { sinceMs: late + 60_000 })).toBe('');
    });

    it('outlive the container and go with the pod', async () => {
      const pod = podOf();
      await start(pod, tenLines);
      await untilEnded(pod);
      const before = await logOf(pod, { timestamps: true });
      await remove(pod, { logs: false });
      await remove(pod, { logs: false });
      expect((await observe(pod)).containers).toEqual([]);
      expect(await logOf(pod, { timestamps: true })).toBe(before);
      expect(await logOf(pod, { tailLines: 1 })).toBe('line 9\n');
      await remove(pod, { logs: true });
      await remove(pod, { logs: true });
      expect(await logOf(pod)).toBeUndefined();
    });
  });
}
