import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A server in a process and a data folder of its own, so that what is measured is the server alone. */
export interface MeasuredServer {
  readonly url: URL;
  readonly authority: string;
  readonly token: string;
  /** From the start of the process until it said it was ready. */
  readonly startMs: number;
  usage(): Usage;
  stop(): Promise<void>;
}

export interface Usage {
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly storeBytes: number;
}

const program = new URL('../bin/finite.js', import.meta.url).pathname;

/** Starts `finite up --runtime instant` on a free port with an empty store. `nodeOptions` are Node's own. */
export async function startServer(nodeOptions: readonly string[] = []): Promise<MeasuredServer> {
  const folder = await mkdtemp(join(tmpdir(), 'finite-bench-'));
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeOptions, program, 'up', '--data', folder, '--listen', '127.0.0.1:0', '--runtime', 'instant'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  await readyLine(child);
  const startMs = performance.now() - begin;
  const config = parse(await readFile(join(folder, 'kubeconfig'), 'utf8')) as Kubeconfig;
  return {
    url: new URL(config.clusters[0]!.cluster.server),
    authority: Buffer.from(config.clusters[0]!.cluster['certificate-authority-data'], 'base64').toString(),
    token: config.users[0]!.user.token,
    startMs,
    usage: () => ({ ...processUsage(child.pid!), storeBytes: folderBytes(folder) }),
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** The server prints how to reach it once it answers. What it says beside that is shown only if it fails. */
function readyLine(child: ChildProcess): Promise<void> {
  let messages = '';
  child.stderr!.on('data', (chunk: Buffer) => (messages += chunk.toString()));
  child.once('exit', (code) => code !== 0 && process.stderr.write(messages));
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`the server ended with exit code ${code}`)));
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('KUBECONFIG=')) resolve();
    });
  });
}

/** CPU time and peak memory of another process: exact on Linux, by `ps` (and the current memory) elsewhere. */
function processUsage(pid: number): { cpuMs: number; peakRssBytes: number } {
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields after the program's name in parentheses: utime and stime are numbers 14 and 15, in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, peakRssBytes: Number(peak[1]) * 1024 };
  }
  const [time = '', rss = ''] = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMs: seconds * 1000, peakRssBytes: Number(rss) * 1024 };
}

function folderBytes(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // LevelDB removes files while we look.
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}
