import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process told from later ones with the same id by when it began, in the words of the system that runs it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly born: string;
}

const run = promisify(execFile);

/** Whether that very process still runs; one that has ended but was not waited for does not. */
export async function isAlive({ pid, born }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return (await bornAt(pid)) === born;
}

/** Whether another process has the id by now: signals to it would hit a stranger. */
export async function isTaken({ pid, born }: ProcessIdentity): Promise<boolean> {
  const now = await bornAt(pid);
  return now !== undefined && now !== born;
}

/** `pid` and `born` as the supervisor wrote them. Undefined: the line was cut short by its end. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const parts = /^(\d+) (.*)\n$/.exec(text);
  return parts === null ? undefined : { pid: Number(parts[1]), born: parts[2]!.trim() };
}

async function bornAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  const listed = await run('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } }).catch(
    () => undefined,
  );
  const [, state, began] = /^\s*(\S+)\s+(.*?)\s*$/.exec(listed?.stdout ?? '') ?? [];
  return state?.startsWith('Z') ? undefined : began;
}

/** The children of a process that have not ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const linux = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined);
  if (linux !== undefined) return linux.split(' ').filter(Boolean).map(Number);
  const { stdout } = await run('/bin/ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

/** The command line of a process; undefined where there is none. A process that has just been forked has its parent's. */
export async function commandOf(pid: number): Promise<string | undefined> {
  const linux = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (linux !== undefined || process.platform === 'linux') return linux;
  return run('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}

/** Names this run of the machine: no process of an earlier one lives. */
export async function bootId(): Promise<string> {
  const linux = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  if (linux !== undefined) return linux.trim();
  const { stdout } = await run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']);
  return stdout.trim();
}
