import { describe, expect, it } from 'vitest';
import { shell, type Terminated, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeExitCodes({ podOf, start, observe, until, untilEnded, logOf, events }: RuntimeUnderTest): void {
  describe('exit codes', () => {
    it.each([
      [0, 'Completed'],
      [1, 'Error'],
      [42, 'Error'],
      [255, 'Error'],
    ])('reports exit code %i as %s', async (exitCode, reason) => {
      const pod = podOf();
      await start(pod, shell(`exit ${exitCode}`));
      const state = await untilEnded(pod);
      expect(state).toMatchObject({ exitCode, reason });
      expect(state.finishedAt).toBeGreaterThanOrEqual(state.startedAt!);
    });

    it('reports a program that a signal ended as 128 and the signal', async () => {
      const pod = podOf();
      await start(pod, shell("sh -c 'kill -9 $$'; exit $?"));
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 137 });
    });

    it('tells a bad command as a failed start, not as an error of the runtime', async () => {
      const pod = podOf();
      await start(pod, { command: ['no-such-program'] });
      const state = await untilEnded(pod);
      expect(state).toMatchObject({ exitCode: 128, reason: 'StartError', startedAt: undefined });
      expect(state.message).toContain('no-such-program');
      expect(events.find(({ reason }) => reason === 'Failed')?.message).toContain('no-such-program');
    });

    it('runs the next attempt beside what the one before has left', async () => {
      const pod = podOf();
      await start(pod, shell('echo first; exit 3'));
      await untilEnded(pod);
      await start(pod, { ...shell('echo second'), attempt: 1 });
      await until(pod, (state): state is Terminated => state?.type === 'terminated' && state.exitCode === 0);
      expect((await observe(pod)).containers).toMatchObject([{ name: 'main', attempt: 1 }]);
      expect(await logOf(pod, {}, 'main', 0)).toBe('first\n');
      expect(await logOf(pod, {}, 'main', 1)).toBe('second\n');
    });

    it('tells that a container was created and started', async () => {
      const pod = podOf();
      await start(pod, shell('true'));
      await untilEnded(pod);
      expect(events.filter(({ type }) => type === 'Normal').map(({ reason }) => reason)).toEqual(
        expect.arrayContaining(['Created', 'Started']),
      );
    });
  });
}
