import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import type { PodLogs } from '../../lib/ports/pod-logs.js';
import type {
  ContainerReportState,
  ContainerStart,
  PodIdentity,
  PodRuntime,
  RuntimeEvent,
} from '../../lib/ports/pod-runtime.js';
import { makePod, startOf } from '../support/pods.js';

export interface OpenRuntime {
  readonly runtime: PodRuntime;
  readonly logs: PodLogs;
}

/** One runtime under test. */
export interface RuntimeHarness {
  /** The runtime on its data; opening it again is a restart of the server. */
  open(): Promise<OpenRuntime>;
  /** An image with a shell, where images are used. */
  readonly image: string;
  /** Why a promise is not held by this runtime; a test of it is skipped by that name. */
  readonly lacks: Partial<Record<'images' | 'network' | 'users' | 'memory limits' | 'mounts', string>>;
  close(): Promise<void>;
}

type Terminated = Extract<ContainerReportState, { type: 'terminated' }>;

/** The contract of `lib/ports/pod-runtime.ts` and of the logs that come with a runtime that runs programs. */
export function podRuntimeContract(
  name: string,
  unavailable: string | undefined,
  create: () => Promise<RuntimeHarness>,
) {
  if (unavailable !== undefined) {
    describe.skip(`${name} runtime (skipped: ${unavailable})`, () => it('runs', () => {}));
    return;
  }

  describe(`${name} runtime`, () => {
    let harness: RuntimeHarness;
    let runtime: PodRuntime;
    let logs: PodLogs;
    const events: RuntimeEvent[] = [];
    const wakers = new Set<() => void>();
    const known: PodIdentity[] = [];

    const open = async () => {
      ({ runtime, logs } = await harness.open());
      runtime.onChange(() => wakers.forEach((wake) => wake()));
    };
    const restart = async (between: () => Promise<void> = async () => {}) => {
      await runtime.close();
      await between();
      await open();
    };

    beforeAll(async () => {
      harness = await create();
      await open();
    });
    afterEach(async () => {
      for (const pod of known.splice(0)) {
        await runtime.stop(pod, 0);
        await runtime.remove(pod, { logs: true });
      }
      events.length = 0;
    });
    afterAll(async () => {
      await runtime?.close();
      await harness?.close();
    });

    const identity = ({ metadata: { uid, namespace, name: podName } }: Pod): PodIdentity => {
      const pod = { uid, namespace: namespace!, name: podName };
      if (!known.some((each) => each.uid === uid)) known.push(pod);
      return pod;
    };
    const podOf = (...args: Parameters<typeof makePod>): Pod => {
      const pod = makePod(
        args[0]?.map((container) => ({ image: harness.image, ...container })) ?? [{ image: harness.image }],
        args[1],
      );
      identity(pod);
      return pod;
    };
    const start = (pod: Pod, request: Partial<ContainerStart> = {}) => runtime.start(startOf(pod, request));
    const shell = (script: string) => ({ command: ['sh', '-c', script] });
    const observe = async (pod: Pod) => {
      const report = await runtime.observe(identity(pod));
      events.push(...report.events);
      return report;
    };
    const stateOf = async (pod: Pod, container = 'main') =>
      (await observe(pod)).containers.find((each) => each.name === container)?.state;

    /** Waits for announced changes only: what is never announced is never seen. */
    const until = async <S extends ContainerReportState>(
      pod: Pod,
      isMet: (state: ContainerReportState | undefined) => state is S,
      container = 'main',
    ): Promise<S> => {
      for (;;) {
        const changed = new Promise<void>((resolve) => wakers.add(resolve));
        const state = await stateOf(pod, container);
        if (isMet(state)) return state;
        await changed;
        wakers.clear();
      }
    };
    const untilEnded = (pod: Pod, container?: string) =>
      until(pod, (state): state is Terminated => state?.type === 'terminated', container);
    const untilRunning = (pod: Pod, container?: string) =>
      until(pod, (state): state is ContainerReportState => state?.type === 'running', container);

    const logOf = async (
      pod: Pod,
      options: Partial<Parameters<PodLogs['read']>[3]> = {},
      container = 'main',
      attempt = 0,
    ) => {
      const lines = await logs.read(identity(pod), container, attempt, {
        follow: false,
        timestamps: false,
        signal: AbortSignal.timeout(20_000),
        ...options,
      });
      if (lines === undefined) return undefined;
      const chunks: Uint8Array[] = [];
      for await (const chunk of lines) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    const unless = (lack: keyof RuntimeHarness['lacks']) => (context: { skip(note?: string): void }) => {
      const why = harness.lacks[lack];
      if (why !== undefined) context.skip(why);
    };

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
        await runtime.stop(identity(pod), 0);
      });
    });

    describe('after a restart of the server', () => {
      it('finds what still runs, does not start it again and sees it end', async () => {
        const pod = podOf();
        await start(pod, shell('echo ran; sleep 4; exit 5'));
        await untilRunning(pod);
        await restart();
        expect(await stateOf(pod)).toMatchObject({ type: 'running' });
        await start(pod, shell('echo ran; sleep 4; exit 5'));
        expect(await untilEnded(pod)).toMatchObject({ exitCode: 5 });
        expect(await logOf(pod)).toBe('ran\n');
      });

      it('finds the exit code of what ended meanwhile', async () => {
        const pod = podOf();
        await start(pod, shell('sleep 0.3; exit 6'));
        await untilRunning(pod);
        await restart(() => new Promise((resolve) => setTimeout(resolve, 1200)));
        expect(await stateOf(pod)).toMatchObject({ type: 'terminated', exitCode: 6 });
      });

      it('lists every pod it holds something of', async () => {
        const pod = podOf();
        await start(pod, shell('true'));
        await untilEnded(pod);
        await restart();
        expect(await runtime.list()).toContainEqual(identity(pod));
        await runtime.remove(identity(pod), { logs: true });
        expect(await runtime.list()).not.toContainEqual(identity(pod));
      });
    });

    describe('stopping', () => {
      it('lets a program end by itself on TERM', async () => {
        const pod = podOf();
        await start(pod, shell('trap "echo bye; exit 7" TERM; echo up; while true; do sleep 0.1; done'));
        await untilLogged(pod, 'up');
        await runtime.stop(identity(pod), 20);
        expect(await untilEnded(pod)).toMatchObject({ exitCode: 7 });
        expect(await logOf(pod)).toBe('up\nbye\n');
        expect(events.find(({ reason }) => reason === 'Killing')).toMatchObject({ message: 'Stopping container main' });
      });

      it('kills what ignores TERM when its grace is over', async () => {
        const pod = podOf();
        await start(pod, shell('trap "" TERM; echo up; while true; do sleep 0.1; done'));
        await untilLogged(pod, 'up');
        await runtime.stop(identity(pod), 1);
        expect(await untilEnded(pod)).toMatchObject({ exitCode: 137, reason: 'Error' });
      });

      it('takes a shorter grace that is asked for later', async () => {
        const pod = podOf();
        await start(pod, shell('trap "" TERM; echo up; while true; do sleep 0.1; done'));
        await untilLogged(pod, 'up');
        await runtime.stop(identity(pod), 600);
        await runtime.stop(identity(pod), 0);
        expect(await untilEnded(pod)).toMatchObject({ exitCode: 137 });
      });

      it('sends TERM once, however often it is asked to stop', async () => {
        const pod = podOf();
        const script = "n=0; trap 'n=$((n+1)); echo term $n' TERM; echo up; for i in 1 2 3 4 5 6; do sleep 0.2; done";
        await start(pod, shell(script));
        await untilLogged(pod, 'up');
        await runtime.stop(identity(pod), 20);
        await untilLogged(pod, 'term 1');
        await runtime.stop(identity(pod), 20);
        await untilEnded(pod);
        expect(await logOf(pod)).toBe('up\nterm 1\n');
      });

      it('stops only the containers it names', async () => {
        const pod = podOf([{ name: 'a' }, { name: 'b' }]);
        await start(pod, { ...shell('sleep 60'), container: 'a' });
        await start(pod, { ...shell('sleep 60'), container: 'b' });
        await untilRunning(pod, 'a');
        await untilRunning(pod, 'b');
        await runtime.stop(identity(pod), 0, ['a']);
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

    const untilLogged = async (pod: Pod, text: string) => {
      const enough = new AbortController();
      const lines = await logs.read(identity(pod), 'main', 0, {
        follow: true,
        timestamps: false,
        signal: enough.signal,
      });
      let seen = '';
      for await (const chunk of lines!) {
        seen += Buffer.from(chunk).toString();
        if (seen.includes(text)) break;
      }
      enough.abort();
    };

    describe('logs', () => {
      const tenLines = shell('i=0; while [ $i -lt 10 ]; do echo line $i; i=$((i+1)); done');

      it('keep standard output and standard error', async () => {
        const pod = podOf();
        await start(pod, shell('echo out; sleep 0.1; echo err >&2; sleep 0.1; printf unfinished'));
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
        await runtime.remove(identity(pod), { logs: false });
        await runtime.remove(identity(pod), { logs: false });
        expect((await observe(pod)).containers).toEqual([]);
        expect(await logOf(pod, { timestamps: true })).toBe(before);
        expect(await logOf(pod, { tailLines: 1 })).toBe('line 9\n');
        await runtime.remove(identity(pod), { logs: true });
        await runtime.remove(identity(pod), { logs: true });
        expect(await logOf(pod)).toBeUndefined();
      });
    });

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

    describe('containers', () => {
      it('share the network of their pod', async (context) => {
        unless('network')(context);
        const pod = podOf([{ name: 'server' }, { name: 'client' }]);
        await start(pod, { ...shell('echo hello | nc -l -p 8080'), container: 'server' });
        await untilRunning(pod, 'server');
        await start(pod, {
          ...shell('i=0; until nc 127.0.0.1 8080 < /dev/null || [ $i = 50 ]; do i=$((i+1)); sleep 0.1; done'),
          container: 'client',
        });
        await untilEnded(pod, 'client');
        expect(await logOf(pod, {}, 'client')).toBe('hello\n');
        expect((await observe(pod)).podIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      });

      it('run as the user they ask for', async (context) => {
        unless('users')(context);
        const pod = podOf([{ securityContext: { runAsUser: 1234, runAsGroup: 2345 } }], {
          securityContext: { supplementalGroups: [3456] },
        });
        await start(pod, shell('id -u; id -g; id -G'));
        await untilEnded(pod);
        expect(await logOf(pod)).toBe('1234\n2345\n2345 3456\n');
      });

      it('are killed when they take more memory than their limit', async (context) => {
        unless('memory limits')(context);
        const pod = podOf([{ resources: { limits: { memory: '32Mi' } } }]);
        await start(pod, { command: ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=256M', 'count=1'] });
        // Not every engine tells why it was killed.
        expect(await untilEnded(pod)).toMatchObject({
          exitCode: 137,
          reason: expect.stringMatching(/^(OOMKilled|Error)$/),
        });
      });

      it('wait with ErrImagePull for an image that cannot be had', async (context) => {
        unless('images')(context);
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
        unless('images')(context);
        const pod = podOf([{ image, imagePullPolicy }]);
        await start(pod);
        expect(await stateOf(pod)).toMatchObject({ type: 'waiting', reason });
      });

      it('see their volumes where they are mounted, read-only ones unchanged', async (context) => {
        unless('mounts')(context);
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
  });
}
