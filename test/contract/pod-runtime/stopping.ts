import { describe, expect, it } from 'vitest';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeStopping({
  podOf,
  start,
  stop,
  stateOf,
  untilEnded,
  untilRunning,
  untilLogged,
  logOf,
  events,
}: RuntimeUnderTest): void {
  describe('stopping', () => {
    it('lets a program end by itself on TERM', async () => {
      const pod = podOf();
      await start(pod, shell('trap "echo bye; exit 7" TERM; echo up; while true; do sleep 0.1; done'));
      await untilLogged(pod, 'up');
      await stop(pod, 20);
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 7 });
      expect(await logOf(pod)).toBe('up\nbye\n');
      expect(events.find(({ reason }) => reason === 'Killing')).toMatchObject({ message: 'Stopping container main' });
    });

    it('kills what ignores TERM when its grace is over', async () => {
      const pod = podOf();
      await start(pod, shell('trap "" TERM; echo up; while true; do sleep 0.1; done'));
      await untilLogged(pod, 'up');
      await stop(pod, 1);
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 137, reason: 'Error' });
    });

    it('takes a shorter grace that is asked for later', async () => {
      const pod = podOf();
      await start(pod, shell('trap "" TERM; echo up; while true; do sleep 0.1; done'));
      await untilLogged(pod, 'up');
      await stop(pod, 600);
      await stop(pod, 0);
      expect(await untilEnded(pod)).toMatchObject({ exitCode: 137 });
    });

    it('sends TERM once, however often it is asked to stop', async () => {
      const pod = podOf();
      const counting = "n=0; trap 'n=$((n+1)); echo term $n' TERM; echo up; while [ $n = 0 ]; do sleep 0.1; done";
      const script = `${counting}; for i in 1 2 3 4 5 6; do sleep 0.2; done`;
      await start(pod, shell(script));
      await untilLogged(pod, 'up');
      await stop(pod, 20);
      await untilLogged(pod, 'term 1');
      await stop(pod, 20);
      await untilEnded(pod);
      expect(await logOf(pod)).toBe('up\nterm 1\n');
    });

    it('stops only the containers it names', async () => {
      const pod = podOf([{ name: 'a' }, { name: 'b' }]);
      await start(pod, { ...shell('sleep 60'), container: 'a' });
      await start(pod, { ...shell('sleep 60'), container: 'b' });
      await untilRunning(pod, 'a');
      await untilRunning(pod, 'b');
      await stop(pod, 0, ['a']);
      await untilEnded(pod, 'a');
      expect(await stateOf(pod, 'b')).toMatchObject({ type: 'running' });
    });

    it('ends what a program leaves behind', async () => {
      const pod = podOf();
      await start(pod, shell('(sleep 0.5; echo late) & echo done'));
      await untilEnded(pod);
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await logOf(pod)).toBe('done\n');
    });
  });
}
