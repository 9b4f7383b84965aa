import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrepared } from '../../../lib/adapters/local/process-runtime/attempt-files.js';
import { bootId, isAlive, parseIdentity } from '../../../lib/adapters/local/process-runtime/process-identity.js';
import { ProcessRuntime } from '../../../lib/adapters/local/process-runtime/process-runtime.js';
import { commandText, spawnSupervisor } from '../../../lib/adapters/local/process-runtime/supervisor.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { ContainerReportState, PodIdentity } from '../../../lib/ports/pod-runtime.js';
import { eventually } from '../../support/eventually.js';
import { collectText } from '../../support/collect.js';
import { makePod, startOf } from '../../support/pods.js';

const clock = new SystemClock();
let folder: string;
let runtime: ProcessRuntime;
let changed: () => void = () => {};

const open = async () => {
  runtime = await ProcessRuntime.open({ folder, clock });
  runtime.onChange(() => changed());
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finite-process-'));
  await open();
});
afterEach(async () => {
  for (const pod of await runtime.list()) await runtime.remove(pod, { logs: true });
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
});

const identity = (pod: Pod): PodIdentity => ({
  uid: pod.metadata.uid,
  namespace: pod.metadata.namespace!,
  name: pod.metadata.name,
});
const attemptFolder = (pod: Pod) => join(folder, pod.metadata.uid, 'containers', 'main', '0');
const start = (pod: Pod, script: string) => runtime.start(startOf(pod, { command: ['sh', '-c', script] }));
const stateOf = async (pod: Pod) => (await runtime.observe(identity(pod))).containers[0]?.state;

async function until(pod: Pod, type: ContainerReportState['type']) {
  for (;;) {
    const next = new Promise<void>((resolve) => (changed = resolve));
    const state = await stateOf(pod);
    if (state?.type === type) return state;
    await next;
  }
}

async function supervisorOf(pod: Pod) {
  return parseIdentity(await readFile(join(attemptFolder(pod), 'started'), 'utf8'))!;
}

describe('a process that is stopped while it is being started', () => {
  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'ends, with what it takes from TERM or without having begun (%i)',
    async () => {
      const pod = makePod();
      const started = start(pod, 'sleep 600');
      await runtime.stop(identity(pod), 600);
      await started;
      expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 143 });
    },
  );

  it('is removed with it', async () => {
    const pod = makePod();
    const started = start(pod, 'sleep 600');
    await runtime.remove(identity(pod), { logs: true });
    await started;
    expect((await runtime.observe(identity(pod))).containers).toEqual([]);
  });
});

describe('a process whose supervisor is killed', () => {
  it('is ended too and reported as lost', async () => {
    const pod = makePod();
    await start(pod, 'while true; do echo tick; sleep 0.02; done');
    await until(pod, 'running');
    const { pid } = await supervisorOf(pod);
    process.kill(pid, 'SIGKILL');
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    const log = await stat(join(attemptFolder(pod), 'log'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await stat(join(attemptFolder(pod), 'log'))).size).toBe(log.size);
  });

  it('is found as lost by the next server', async () => {
    const pod = makePod();
    await start(pod, 'sleep 60');
    const { pid } = await supervisorOf(pod);
    await runtime.close();
    process.kill(-pid, 'SIGKILL');
    await open();
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
  });
});

describe('a pod whose files vanish', () => {
  const lost = { name: 'main', attempt: 0, state: { exitCode: 137, reason: 'ContainerStatusUnknown' } };
  let counted: string;
  beforeEach(async () => {
    counted = await mkdtemp(join(tmpdir(), 'finite-counted-'));
  });
  afterEach(() => rm(counted, { recursive: true }));
  const counts = (pod: Pod) => join(counted, pod.metadata.uid);
  const counting = (pod: Pod, then: string) => `echo ran >> ${counts(pod)}; ${then}`;

  /** The server cannot be told of anything in between: it sees what a look in the middle of a removal would see. */
  const losses = {
    'all at once': (pod: Pod) => rmSync(join(folder, pod.metadata.uid), { recursive: true }),
    'one after the other': (pod: Pod) => rmSync(join(attemptFolder(pod), 'started')),
    'but for the folder': (pod: Pod) => rmSync(join(attemptFolder(pod), 'prepared')),
  };
  it.each(Object.entries(losses))('%s is lost, its processes are ended, and it never runs again', async (_, lose) => {
    const pod = makePod();
    await start(pod, counting(pod, 'exec sleep 60'));
    await until(pod, 'running');
    // It runs as soon as its supervisor does, which is before it has counted itself.
    await eventually('it has begun', async () => (await readFile(counts(pod), 'utf8').catch(() => '')) || undefined);
    const supervisor = await supervisorOf(pod);
    lose(pod);
    expect((await runtime.observe(identity(pod))).containers).toMatchObject([lost]);
    expect(await isAlive(supervisor)).toBe(false);
    await start(pod, counting(pod, 'exit 0'));
    expect((await runtime.observe(identity(pod))).containers).toMatchObject([lost]);
    expect(await readFile(counts(pod), 'utf8')).toBe('ran\n');
  });

  it('after its end stays as it ended', async () => {
    const pod = makePod();
    await start(pod, counting(pod, 'exit 3'));
    const ended = await until(pod, 'terminated');
    losses['all at once'](pod);
    await start(pod, counting(pod, 'exit 0'));
    expect(await stateOf(pod)).toEqual(ended);
    expect(await readFile(counts(pod), 'utf8')).toBe('ran\n');
  });

  it('and whose containers were removed leaves nothing behind', async () => {
    const pod = makePod();
    await start(pod, 'exit 3');
    await until(pod, 'terminated');
    await runtime.remove(identity(pod), { logs: true });
    expect((await runtime.observe(identity(pod))).containers).toEqual([]);
  });
});

describe('a restarted server', () => {
  it('does not kill a stranger that has the id of a supervisor by now', async () => {
    const stranger = spawn('sleep', ['60'], { detached: true });
    const pod = makePod();
    await start(pod, 'sleep 60');
    const { pid } = await supervisorOf(pod);
    await runtime.close();
    process.kill(-pid, 'SIGKILL');
    await writeFile(join(attemptFolder(pod), 'started'), `${stranger.pid} 1\n`);
    await open();
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    expect(stranger.signalCode).toBeNull();
    expect(process.kill(stranger.pid!, 0)).toBe(true);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });

  it('kills what an earlier one has told to stop when the grace is over', async () => {
    const pod = makePod();
    await start(pod, 'trap "" TERM; echo up; while true; do sleep 0.1; done');
    const options = { follow: true, timestamps: false, limitBytes: 2, signal: AbortSignal.timeout(60_000) };
    expect(await collectText((await runtime.logs.read(identity(pod), 'main', 0, options))!)).toBe('up');
    await runtime.stop(identity(pod), 1);
    await runtime.close();
    await open();
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  it('takes what ran before the machine was restarted for lost', async () => {
    const pod = makePod();
    await mkdir(attemptFolder(pod), { recursive: true });
    await writeFile(join(folder, pod.metadata.uid, 'pod.json'), JSON.stringify(identity(pod)));
    await writePrepared(attemptFolder(pod), { boot: 'another', terminationMessagePolicy: 'File' });
    await writeFile(join(attemptFolder(pod), 'started'), `${process.pid} 1\n`);
    await runtime.close();
    await open();
    expect(await stateOf(pod)).toMatchObject({ type: 'terminated', exitCode: 137, reason: 'ContainerStatusUnknown' });
  });

  it('starts what was asked for but never begun', async () => {
    const pod = makePod();
    await mkdir(attemptFolder(pod), { recursive: true });
    await writeFile(join(folder, pod.metadata.uid, 'pod.json'), JSON.stringify(identity(pod)));
    await writePrepared(attemptFolder(pod), { boot: await bootId(), terminationMessagePolicy: 'File' });
    await runtime.close();
    await open();
    expect(await stateOf(pod)).toBeUndefined();
    await start(pod, 'exit 4');
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 4 });
  });
});

describe('a supervisor', () => {
  it('leaves a start alone that another one has claimed', async () => {
    await mkdir(join(folder, 'attempt'));
    const attempt = join(folder, 'attempt');
    await writeFile(join(attempt, 'command'), commandText('sh', ['-c', 'echo ran; sleep 0.2'], []));
    const ends = [1, 2, 3, 4].map(
      () =>
        new Promise((resolve) =>
          spawnSupervisor(attempt, folder, { PATH: process.env['PATH']! }).once('exit', resolve),
        ),
    );
    await Promise.all(ends);
    expect(await readFile(join(attempt, 'log'), 'utf8')).toBe('ran\n');
    expect(await readFile(join(attempt, 'exit'), 'utf8')).toBe('0\n');
  });

  it('is told from a later process with the same id', async () => {
    expect(await isAlive({ pid: process.pid, born: 'at another time' })).toBe(false);
    expect(await isAlive({ pid: 2 ** 22 + 1, born: '' })).toBe(false);
  });
});

describe('a pod of processes', () => {
  it('is warned once that nothing is isolated, and of each mount and field without effect', async () => {
    const pod = makePod([{ resources: { limits: { memory: '1Mi' } }, securityContext: { runAsUser: 1000 } }]);
    const volumes = [{ name: 'my-data', type: 'empty', medium: '', sizeLimitBytes: undefined } as const];
    const mounts = [{ volume: 'my-data', mountPath: '/data', readOnly: false, subPath: 'sub' }];
    await runtime.start(startOf(pod, { command: ['sh', '-c', 'echo $FINITE_VOLUME_MY_DATA'], volumes, mounts }));
    const { events } = await runtime.observe(identity(pod));
    expect(
      events.filter(({ type }) => type === 'Warning').map(({ reason, message }) => `${reason} ${message}`),
    ).toEqual([
      expect.stringContaining('NotIsolated'),
      expect.stringContaining('resources.limits'),
      expect.stringContaining('securityContext'),
      expect.stringMatching(/VolumeNotMounted .*\/data.*my-data\/sub.*FINITE_VOLUME_MY_DATA/),
    ]);
    expect((await runtime.observe(identity(pod))).events.filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  it('is told what to do when its container has no command', async () => {
    const pod = makePod([{ image: 'perl:5.34' }]);
    await runtime.start(startOf(pod, { args: ['-v'] }));
    expect(await stateOf(pod)).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: expect.stringMatching(/perl:5.34 is unknown; set command/),
    });
  });

  it('begins in its own folder, or in workingDir where the machine has it', async () => {
    const pod = makePod([{ name: 'main' }, { name: 'there' }, { name: 'nowhere' }]);
    const command = ['sh', '-c', 'pwd; exit 1'];
    const home = join(folder, pod.metadata.uid, 'home');
    const places = { main: undefined, there: tmpdir(), nowhere: '/no/such/folder' };
    for (const [container, workingDir] of Object.entries(places)) {
      await runtime.start(startOf(pod, { container, workingDir, command }));
    }
    const read = async (container: string) => {
      const options = { follow: true, timestamps: false, signal: AbortSignal.timeout(60_000) };
      return collectText((await runtime.logs.read(identity(pod), container, 0, options))!);
    };
    expect(await Promise.all(Object.keys(places).map(read))).toEqual([`${home}\n`, `${tmpdir()}\n`, `${home}\n`]);
  });

  it('has every variable as it was given, those of shells too', async () => {
    const pod = makePod();
    const given = { PWD: '/elsewhere', IFS: 'x', UID: '7', _: 'u', 'a-b': "it's", PS4: '$(oops)', line: 'l', s: 's' };
    const env = Object.entries(given).map(([name, value]) => ({ name, value }));
    await runtime.start(startOf(pod, { command: ['/usr/bin/env'], env }));
    await until(pod, 'terminated');
    const lines = (await readFile(join(attemptFolder(pod), 'log'), 'utf8')).split('\n');
    expect(lines).toEqual(expect.arrayContaining(env.map(({ name, value }) => `${name}=${value}`)));
  });

  it('has nothing in its log that its program did not write, whatever ends it', async () => {
    const pod = makePod();
    await start(pod, 'echo mine; kill -SEGV $$');
    expect(await until(pod, 'terminated')).toMatchObject({ exitCode: 139, reason: 'Error' });
    expect(await readFile(join(attemptFolder(pod), 'log'), 'utf8')).toBe('mine\n');
  });

  it('cannot write outside its folder by the names of its files', async () => {
    const pod = makePod();
    const content = Buffer.from('x');
    const files = [{ path: '../../../escaped', content, mode: 0o644 }];
    const volumes = [{ name: 'v', type: 'files', files } as const];
    await runtime.start(startOf(pod, { command: ['true'], volumes }));
    expect(await stateOf(pod)).toMatchObject({ exitCode: 128, message: expect.stringContaining('invalid path') });
  });
});
