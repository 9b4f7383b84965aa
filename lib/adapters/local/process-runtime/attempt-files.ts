import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writePrivateFile } from '../private-files.js';
import { parseIdentity, type ProcessIdentity } from './process-identity.js';

/**
 * What is on disk of one start, in the order in which it appears:
 *
 *   prepared   in which boot of the machine it was asked for, and how; durable before anything runs
 *   started    by the supervisor: its process
 *   stop       when KILL is due, in ms since 1970
 *   exit       the exit code, by the supervisor or, when that is gone, by the server with the reason
 */
export interface AttemptFiles extends Prepared {
  /** Without a supervisor: it has claimed the start, and not yet written who it is. */
  readonly started: { readonly at: number; readonly supervisor: ProcessIdentity | undefined } | undefined;
  readonly killAt: number | undefined;
  readonly exit: AttemptExit | undefined;
}

interface Prepared {
  readonly boot: string;
  readonly terminationMessagePolicy: string;
}

export interface AttemptExit {
  readonly code: number;
  readonly at: number;
  /** Only where the server wrote it. */
  readonly reason?: string;
  readonly message?: string;
}

/** Undefined: that start was never asked for. */
export async function readAttempt(folder: string): Promise<AttemptFiles | undefined> {
  const prepared = await readIfThere(join(folder, 'prepared'));
  if (prepared === undefined) return undefined;
  const [started, stop, exit] = await Promise.all([
    readWithTime(join(folder, 'started')),
    readIfThere(join(folder, 'stop')),
    readWithTime(join(folder, 'exit')),
  ]);
  return {
    ...(JSON.parse(prepared) as Prepared),
    started: started && { at: started.at, supervisor: parseIdentity(started.text) },
    killAt: stop === undefined || stop === '' ? undefined : Number(stop),
    exit: exit && parseExit(exit.text, exit.at),
  };
}

export function writePrepared(folder: string, prepared: Prepared): Promise<void> {
  return writePrivateFile(join(folder, 'prepared'), JSON.stringify(prepared));
}

/** Undefined while the line is incomplete. */
function parseExit(text: string, at: number): AttemptExit | undefined {
  const parts = /^(\d+)(?: (\{.*\}))?\n$/.exec(text);
  if (parts === null) return undefined;
  return { ...(parts[2] ? (JSON.parse(parts[2]) as object) : {}), code: Number(parts[1]), at };
}

/**
 * To be called once no supervisor lives. False when there is one already: the first to say how it ended is right. One that
 * was cut short by its writer's end says nothing, and is replaced.
 */
export async function writeExit(folder: string, code: number, reason: string, message?: string): Promise<boolean> {
  const path = join(folder, 'exit');
  const text = `${code} ${JSON.stringify({ reason, message })}\n`;
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (parseExit(await readFile(path, 'utf8'), 0) !== undefined) return false;
  await writePrivateFile(path, text);
  return true;
}

/** Makes the exit durable, before anybody is told of it. */
export async function syncExit(folder: string): Promise<void> {
  for (const path of [join(folder, 'exit'), folder]) {
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
  }
}

async function readWithTime(path: string): Promise<{ text: string; at: number } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, at: Math.floor(mtimeMs) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
