import { describe, expect, it } from 'vitest';
import type { ContainerStart } from '../../../lib/ports/pod-runtime.js';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeInputs({ podOf, start, untilEnded, logOf, events }: RuntimeUnderTest): void {
  describe('what a container is given', () => {
    it('has its environment and nothing of the server', async () => {
      process.env['SECRET_OF_THE_SERVER'] = 'leaked';
      const pod = podOf();
      const env = [
        { name: 'A', value: "it's $HOME and\ntwo lines" },
        { name: 'with.dot', value: 'odd' },
      ];
      await start(pod, { command: ['env'], env });
      await untilEnded(pod);
      const log = await logOf(pod);
      expect(log).toContain("A=it's $HOME and\ntwo lines\n");
      expect(log).toContain('with.dot=odd\n');
      expect(log).not.toContain('leaked');
    });

    it('has its arguments as they are', async () => {
      const pod = podOf();
      await start(pod, {
        command: ['sh', '-c', 'for a; do echo "[$a]"; done', 'sh'],
        args: ['a b', "it's", '$HOME', '*', ''],
      });
      await untilEnded(pod);
      expect(await logOf(pod)).toBe("[a b]\n[it's]\n[$HOME]\n[*]\n[]\n");
    });

    it('has the host name of its pod in HOSTNAME or by asking', async () => {
      const pod = podOf();
      await start(pod, shell('echo ${HOSTNAME:-$(hostname)}'));
      await untilEnded(pod);
      expect(await logOf(pod)).toBe('pi-abcde\n');
    });

    it('shares volumes with the other containers, with files and modes as given', async () => {
      const pod = podOf([{ name: 'a' }, { name: 'b' }]);
      const volumes: ContainerStart['volumes'] = [
        { name: 'shared', type: 'empty', medium: '', sizeLimitBytes: undefined },
        {
          name: 'conf',
          type: 'files',
          files: [
            { path: 'deep/a.txt', content: Buffer.from('content'), mode: 0o440 },
            { path: 'run', content: Buffer.from('#!/bin/sh\necho ran\n'), mode: 0o755 },
          ],
        },
      ];
      const mounts = ['shared', 'conf'].map((volume) => ({
        volume,
        mountPath: `/${volume}`,
        readOnly: false,
        subPath: '',
      }));
      const folders = 'S=${FINITE_VOLUME_SHARED:-/shared}; C=${FINITE_VOLUME_CONF:-/conf};';
      const write = shell(`${folders} cat $C/deep/a.txt > $S/copy; stat -c %a $C/deep/a.txt; $C/run`);
      await start(pod, { ...write, container: 'a', volumes, mounts });
      await untilEnded(pod, 'a');
      await start(pod, { ...shell(`${folders} cat $S/copy`), container: 'b', volumes, mounts });
      await untilEnded(pod, 'b');
      expect(await logOf(pod, {}, 'a')).toBe('440\nran\n');
      expect(await logOf(pod, {}, 'b')).toBe('content');
    });

    it('says with the pod what it cannot give', async () => {
      const pod = podOf([{ name: 'main', stdin: true, livenessProbe: { tcpSocket: { port: 80 } } }]);
      await start(pod, shell('true'));
      await untilEnded(pod);
      const warnings = events.filter(({ reason }) => reason === 'Unsupported').map(({ message }) => message);
      expect(warnings).toEqual([expect.stringContaining('livenessProbe'), expect.stringContaining('stdin')]);
    });
  });
}
