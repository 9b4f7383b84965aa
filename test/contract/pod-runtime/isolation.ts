import { describe, expect, it } from 'vitest';
import type { ContainerReportState, ContainerStart } from '../../../lib/ports/pod-runtime.js';
import { shell, type RuntimeUnderTest } from './runtime-under-test.js';

export function describeIsolation({
  podOf,
  start,
  observe,
  stateOf,
  until,
  untilEnded,
  untilRunning,
  logOf,
  needs,
}: RuntimeUnderTest): void {
  describe('containers', () => {
    it('share the network of their pod', async (context) => {
      needs('network', context);
      const pod = podOf([{ name: 'server' }, { name: 'client' }]);
      await start(pod, { ...shell('echo hello | nc -l -p 8080'), container: 'server' });
      await untilRunning(pod, 'server');
      await start(pod, {
        ...shell('i=0; until nc 127.0.0.1 8080 < /dev/null || [ $i = 300 ]; do i=$((i+1)); sleep 0.1; done'),
        container: 'client',
      });
      await untilEnded(pod, 'client');
      expect(await logOf(pod, {}, 'client')).toBe('hello\n');
      expect((await observe(pod)).podIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    });

    it('run as the user they ask for', async (context) => {
      needs('users', context);
      const pod = podOf([{ securityContext: { runAsUser: 1234, runAsGroup: 2345 } }], {
        securityContext: { supplementalGroups: [3456] },
      });
      await start(pod, shell('id -u; id -g; id -G'));
      await untilEnded(pod);
      expect(await logOf(pod)).toBe('1234\n2345\n2345 3456\n');
    });

    it('are killed when they take more memory than their limit', async (context) => {
      needs('memory limits', context);
      const pod = podOf([{ resources: { limits: { memory: '32Mi' } } }]);
      await start(pod, { command: ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=256M', 'count=1'] });
      // Not every engine tells why it was killed.
      expect(await untilEnded(pod)).toMatchObject({
        exitCode: 137,
        reason: expect.stringMatching(/^(OOMKilled|Error)$/),
      });
    });

    it('wait with ErrImagePull for an image that cannot be had', async (context) => {
      needs('images', context);
      const pod = podOf([{ image: 'localhost:1/nowhere/nothing:1' }]);
      await start(pod);
      const state = await until(
        pod,
        (each): each is Extract<ContainerReportState, { type: 'waiting' }> =>
          each?.type === 'waiting' && each.reason !== 'ContainerCreating',
      );
      expect(state).toMatchObject({ reason: 'ErrImagePull', message: expect.stringContaining('localhost:1') });
    });

    it.for([
      ['Never', 'nowhere/nothing:1', 'ErrImageNeverPull'],
      ['IfNotPresent', 'Not:A:Name', 'InvalidImageName'],
    ] as const)('wait with a reason: pull policy %s, image %s', async ([imagePullPolicy, image, reason], context) => {
      needs('images', context);
      const pod = podOf([{ image, imagePullPolicy }]);
      await start(pod);
      expect(await stateOf(pod)).toMatchObject({ type: 'waiting', reason });
    });

    it('see their volumes where they are mounted, read-only ones unchanged', async (context) => {
      needs('mounts', context);
      const memory = { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };
      const pod = podOf([{}], { volumes: [{ name: 'v' }, memory] });
      const volumes: ContainerStart['volumes'] = [
        { name: 'v', type: 'empty', medium: '', sizeLimitBytes: undefined },
        { name: 'm', type: 'empty', medium: 'Memory', sizeLimitBytes: 1 << 20 },
      ];
      await start(pod, {
        ...shell('echo x > /v/file && echo wrote; echo y > /ro/file || echo refused; ls /ro; df -k /m'),
        volumes,
        mounts: [
          { volume: 'v', mountPath: '/v', readOnly: false, subPath: 'part/of' },
          { volume: 'v', mountPath: '/ro', readOnly: true, subPath: '' },
          { volume: 'm', mountPath: '/m', readOnly: false, subPath: '' },
        ],
      });
      await untilEnded(pod);
      const log = await logOf(pod);
      expect(log).toMatch(/^wrote$/m);
      expect(log).toMatch(/Read-only file system/);
      expect(log).toMatch(/^part$/m);
      expect(log).toMatch(/^tmpfs +1024 .*\/m$/m);
    });
  });
}
