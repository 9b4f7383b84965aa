import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ContainerRuntime } from '../../../../lib/adapters/local/container-runtime/container-runtime.js';
import { engineAddresses } from '../../../../lib/adapters/local/container-runtime/engine-address.js';
import { Engine } from '../../../../lib/adapters/local/container-runtime/engine.js';
import { SystemClock } from '../../../../lib/adapters/local/system-clock.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import type { ContainerReportState, PodIdentity, RuntimeEvent } from '../../../../lib/ports/pod-runtime.js';
import { collectText } from '../../../support/collect.js';
import { eventually } from '../../../support/eventually.js';
import { makePod, startOf } from '../../../support/pods.js';
import { startPodman, whyNoPodman, type TestEngine } from '../../../support/podman.js';
import { skipped } from '../../../support/skipped.js';

const unavailable = whyNoPodman();

describe.skipIf(unavailable !== undefined)(skipped('containers of an engine', unavailable), () => {
  let podman: TestEngine;
  let folder: string;
  let runtime: ContainerRuntime;
  let onChange: (pod: PodIdentity) => void = () => {};
  const pods: PodIdentity[] = [];

  const connect = () => Engine.connect(engineAddresses({ DOCKER_HOST: podman.address })[0]!);
  const open = async () => {
    runtime = await ContainerRuntime.open({ folder, engine: await connect(), clock: new SystemClock() });
    runtime.onChange((pod) => onChange(pod));
  };

  beforeAll(async () => {
    podman = await startPodman();
    folder = await mkdtemp(join(tmpdir(), 'finite-containers-'));
    await open();
  });
  afterEach(async () => {
    for (const pod of pods.splice(0)) await runtime.remove(pod, { logs: true });
  });
  afterAll(async () => {
    await runtime?.close();
    await podman?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const podOf = (...args: Parameters<typeof makePod>): Pod => {
    const pod = makePod(
      (args[0] ?? [{}]).map((each) => ({ image: podman.image, ...each })),
      args[1],
    );
    pods.push(identity(pod));
    return pod;
  };
  const identity = ({ metadata: { uid, namespace, name } }: Pod): PodIdentity => ({ uid, namespace: namespace!, name });
  const shell = (script: string) => ({ command: ['sh', '-c', script] });
  const until = async <S extends ContainerReportState['type']>(pod: Pod, type: S, events: RuntimeEvent[] = []) => {
    for (;;) {
      const changed = new Promise<void>((resolve) => (onChange = () => resolve()));
      const report = await runtime.observe(identity(pod));
      events.push(...report.events);
      const state = report.containers.find(({ name }) => name === 'main')?.state;
      if (state?.type === type) return state as Extract<ContainerReportState, { type: S }>;
      await changed;
    }
  };
  const logOf = async (pod: Pod, container = 'main') => {
    const options = { follow: false, timestamps: false, signal: AbortSignal.timeout(60_000) };
    return collectText((await runtime.logs.read(identity(pod), container, 0, options))!);
  };

  it('are looked after again when the engine has been away', async () => {
    const pod = podOf();
    await runtime.start(startOf(pod, shell('sleep 5; exit 9')));
    await until(pod, 'running');
    await podman.pause();
    await expect(runtime.observe(identity(pod))).rejects.toThrow('does not answer');
    await expect(runtime.start(startOf(podOf(), shell('true')))).rejects.toThrow('does not answer');
    const announced = new Promise<PodIdentity>((resolve) => (onChange = resolve));
    await podman.resume();
    expect(await announced).toEqual(identity(pod));
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 9 });
  });

  it('that were created by a server which did not live to start them are started', async () => {
    const pod = podOf();
    const engine = await connect();
    await engine.json('/containers/create', {
      method: 'POST',
      query: { name: `finite_${pod.metadata.uid}_main_0` },
      body: {
        Image: podman.image,
        Entrypoint: ['sh', '-c', 'exit 3'],
        Labels: {
          'finite.dev/pod-uid': pod.metadata.uid,
          'finite.dev/container': 'main',
          'finite.dev/attempt': '0',
        },
      },
    });
    engine.close();
    expect((await runtime.observe(identity(pod))).containers).toEqual([]);
    await runtime.start(startOf(pod, shell('exit 3')));
    // Made by other hands it has no label of this server, so that nothing announces its end.
    const containers = await eventually('its end', async () => {
      const report = await runtime.observe(identity(pod));
      return report.containers[0]?.state.type === 'terminated' ? report.containers : undefined;
    });
    expect(containers).toMatchObject([{ state: { exitCode: 3 } }]);
  });

  it('that somebody removes are lost, or as they ended, and are never run again', async () => {
    const pod = podOf([{ name: 'main' }, { name: 'other' }]);
    const start = () =>
      Promise.all([
        runtime.start(startOf(pod, { container: 'other', ...shell('sleep 60') })),
        runtime.start(startOf(pod, shell('exit 3'))),
      ]);
    await start();
    await until(pod, 'terminated');
    for (const name of ['main', 'other']) podman.podman('rm', '-f', '-t', '0', `finite_${pod.metadata.uid}_${name}_0`);
    const states = async () => {
      const { containers } = await runtime.observe(identity(pod));
      return new Map(containers.map(({ name, state }) => [name, state]));
    };
    const lost = await states();
    expect(lost.get('main')).toMatchObject({ type: 'terminated', exitCode: 3, reason: 'Error' });
    expect(lost.get('other')).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    await start();
    expect([...(await states()).keys()].toSorted()).toEqual(['main', 'other']);
    expect(podman.podman('ps', '--all', '--quiet', '--filter', 'label=finite.dev/container')).toBe('');
  });

  it('have the address that was told before the first of them began', async () => {
    const valueFrom = { fieldRef: { fieldPath: 'status.podIP' } };
    const pod = podOf([{ env: [{ name: 'IP', valueFrom }] }]);
    const address = await runtime.podIP(pod);
    await runtime.start(startOf(pod, shell('ip -4 addr show eth0')));
    await until(pod, 'terminated');
    expect(await logOf(pod)).toContain(` ${address}/`);
    expect((await runtime.observe(identity(pod))).podIP).toBe(address);
  });

  it("have the node's address when they share its network", async () => {
    const pod = podOf([{}], { hostNetwork: true });
    await runtime.start(startOf(pod, shell('true')));
    await until(pod, 'terminated');
    expect((await runtime.observe(identity(pod))).podIP).toBe(runtime.nodeIP);
  });

  it('keep a volume in memory from an init container to the next', async () => {
    const volumes = [{ name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '64Ki' } }];
    const pod = podOf([{ name: 'main' }], { volumes, initContainers: [{ name: 'first', image: podman.image }] });
    const given = {
      volumes: [{ name: 'm', type: 'empty', medium: 'Memory', sizeLimitBytes: 65536 } as const],
      mounts: [{ volume: 'm', mountPath: '/m', readOnly: false, subPath: '' }],
    };
    const fill = 'echo kept > /m/file; head -c 100000 /dev/zero > /m/big || echo full';
    await runtime.start(startOf(pod, { container: 'first', ...shell(fill), ...given }));
    while ((await runtime.observe(identity(pod))).containers[0]?.state.type !== 'terminated') {
      await new Promise<void>((resolve) => (onChange = () => resolve()));
    }
    await runtime.start(startOf(pod, { ...shell('cat /m/file'), ...given }));
    await until(pod, 'terminated');
    expect(await logOf(pod, 'first')).toContain('full');
    expect(await logOf(pod)).toBe('kept\n');
  });

  it('share process ids when the pod says so, and the name of the pod in any case', async () => {
    const pod = podOf([{ name: 'main' }, { name: 'other' }], { shareProcessNamespace: true });
    await runtime.start(startOf(pod, { container: 'other', ...shell('sleep 60') }));
    await runtime.start(startOf(pod, shell('hostname; ps | grep -c "sleep 6[0]"')));
    await until(pod, 'terminated');
    expect(await logOf(pod)).toBe('pi-abcde\n1\n');
  });

  it('say what was pulled, and nothing comes of a pull that the pod does not outlive', async () => {
    // A registry that never answers.
    const registry = createServer(() => {});
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as { port: number };
    const image = `127.0.0.1:${port}/slow/image:1`;
    const pod = podOf([{ image }]);
    await runtime.start(startOf(pod));
    const events: RuntimeEvent[] = [];
    expect(await until(pod, 'waiting', events)).toEqual({ type: 'waiting', reason: 'ContainerCreating' });
    expect(events).toMatchObject([{ reason: 'Pulling', message: `Pulling image "${image}"`, container: 'main' }]);
    await runtime.stop(identity(pod), 0);
    expect((await runtime.observe(identity(pod))).containers).toEqual([]);
    registry.close();
  });

  it('that ran fill nothing in the engine once their pod is removed', async () => {
    const volumes = [{ name: 'm', emptyDir: { medium: 'Memory' } }];
    const pod = podOf([{ name: 'main' }, { name: 'other' }], { volumes });
    await runtime.start(startOf(pod, { container: 'other', ...shell('sleep 60') }));
    await runtime.start(startOf(pod, shell('true')));
    await until(pod, 'terminated');
    await runtime.remove(identity(pod), { logs: true });
    const engine = await connect();
    expect(await engine.json('/containers/json', { query: { all: true } })).toEqual([]);
    expect(await engine.json('/volumes')).toMatchObject({ Volumes: [] });
    engine.close();
  });

  it("of another data folder are not this server's", async () => {
    const pod = podOf();
    await runtime.start(startOf(pod, shell('true')));
    const other = await mkdtemp(join(tmpdir(), 'finite-other-'));
    const stranger = await ContainerRuntime.open({ folder: other, engine: await connect(), clock: new SystemClock() });
    expect(await stranger.list()).toEqual([]);
    expect(await runtime.list()).toContainEqual(identity(pod));
    await stranger.close();
    await rm(other, { recursive: true });
  });
});
