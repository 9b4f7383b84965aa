import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { busybox, busyboxArchive, perlArchive } from './images.js';

/** A container engine of the test's own, with an image made from the machine's busybox (also as `busybox:1.36`). */
export interface TestEngine {
  /** As in DOCKER_HOST. */
  readonly address: string;
  readonly image: string;
  /** Makes `perl:5.34.0` from the machine's perl, of whatever version; false where it has none. */
  addPerl(): boolean;
  /** A command of the engine's own program; resolves with what it printed. */
  podman(...args: string[]): string;
  /** Ends the engine's service; its containers go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const program = 'podman';

/** Why no engine can be started here. */
export function whyNoPodman(): string | undefined {
  if (process.platform !== 'linux') return 'podman runs on Linux only';
  for (const needed of [program, 'runc']) {
    try {
      execFileSync('sh', ['-c', `command -v ${needed}`], { env: programs, stdio: 'pipe' });
    } catch {
      return `${needed} is not installed`;
    }
  }
  if (busybox === undefined) return 'busybox is not installed';
  return undefined;
}

const programs = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

export async function startPodman(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'finite-podman-'));
  const env = { ...programs, CONTAINERS_CONF: join(folder, 'containers.conf') };
  // The defaults, crun and high limits, fail in small virtual machines.
  writeFileSync(
    env.CONTAINERS_CONF,
    '[engine]\nruntime="runc"\n[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=1024:1024"]\n',
  );
  const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')];
  const podman = (...args: string[]) =>
    execFileSync(program, [...storage, ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  podman('import', '--change', 'ENV PATH=/bin', busyboxArchive(folder), 'busybox:test');
  podman('tag', 'busybox:test', 'docker.io/library/busybox:1.36');
  const socket = join(folder, 'podman.sock');
  let service: ChildProcess;
  const resume = async () => {
    await rm(socket, { force: true });
    service = spawn(program, [...storage, 'system', 'service', '--time=0', `unix://${socket}`], {
      // What watches a container leaves files (`oom`) where it was started.
      cwd: folder,
      env,
      stdio: 'ignore',
    });
    await eventually('the socket of podman', async () => existsSync(socket) || undefined);
  };
  const pause = async () => {
    const gone = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGKILL');
    await gone;
    await rm(socket, { force: true });
  };
  await resume();
  return {
    address: `unix://${socket}`,
    image: 'localhost/busybox:test',
    podman,
    addPerl: () => {
      const archive = perlArchive(folder);
      if (archive === undefined) return false;
      podman('import', '--change', 'ENV PATH=/usr/bin', archive, 'docker.io/library/perl:5.34.0');
      return true;
    },
    pause,
    resume,
    close: async () => {
      await pause();
      podman('rm', '--all', '--force', '--time', '0');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
