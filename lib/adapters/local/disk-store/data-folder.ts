import { mkdir, readdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import type { Revision } from '../../../ports/store.js';
import { FLOOR_KEY, formatMark, FORMAT_KEY, parseHeader, parseMark, parseVersionKey, VERSIONS } from './entries.js';
import type { Mark } from './entries.js';

export type Database = ClassicLevel<string, string>;

const FORMAT = '1';

/**
 * What is written gathers in memory until it is this much, then becomes a table file; two of them may be in memory.
 * Larger takes memory and time to open after a crash, smaller sorts the same bytes on disk more often.
 */
const WRITE_BUFFER_BYTES = 4 * 1024 * 1024;

/** How many changes are looked through at opening: more than the write-ahead log, which alone a crash can hurt, holds of usual objects. */
const CHECKED_CHANGES = 4096;

/** A folder that cannot be served from. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

export interface OpenedFolder {
  readonly database: Database;
  /** The newest change. */
  readonly head: Mark;
  /** The newest change that has been forgotten. */
  readonly floor: Mark;
}

/**
 * Opens the database of a folder, making it where there is none, with access for its owner only. Throws
 * `DataFolderError` if another process has it open, it is damaged, or of another format.
 */
export async function openFolder(folder: string, beginning: Revision): Promise<OpenedFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseHeadless(folder);
  const database: Database = new ClassicLevel(folder, { writeBufferSize: WRITE_BUFFER_BYTES });
  try {
    await database.open();
  } catch (error) {
    throw describeFailure(folder, error);
  }
  try {
    await checkFormat(folder, database, beginning);
    const floor = parseMark((await database.get(FLOOR_KEY))!);
    return { database, floor, head: await checkFeed(folder, database, floor) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** LevelDB begins anew in a folder without its file CURRENT, also among the tables of a database that has lost it. */
async function refuseHeadless(folder: string): Promise<void> {
  const files = await readdir(folder);
  if (!files.includes('CURRENT') && files.some((file) => /\.(ldb|sst)$|^MANIFEST-/.test(file))) {
    throw damaged(folder, 'its file CURRENT is missing');
  }
}

async function checkFormat(folder: string, database: Database, beginning: Revision): Promise<void> {
  const format = await database.get(FORMAT_KEY);
  if (format === FORMAT) return;
  if (format !== undefined) {
    throw new DataFolderError(`the data folder ${folder} has format ${format}; this version of finite reads ${FORMAT}`);
  }
  for await (const _ of database.keys({ limit: 1 })) {
    throw new DataFolderError(`the data folder ${folder} holds a database that is not finite's`);
  }
  const floor = formatMark({ revision: beginning, ordinal: 0, size: 0 });
  await database.batch().put(FORMAT_KEY, FORMAT).put(FLOOR_KEY, floor).write({ sync: true });
}

/** The newest change. Changes are numbered: a number left out is a write that was acknowledged and is gone. */
async function checkFeed(folder: string, database: Database, floor: Mark): Promise<Mark> {
  let head = floor;
  let newer: Mark | undefined;
  let checked = 0;
  for await (const [key, value] of database.iterator({ ...VERSIONS, reverse: true, limit: CHECKED_CHANGES })) {
    const revision = parseVersionKey(key);
    if (revision <= floor.revision) break;
    const { ordinal, size } = parseHeader(revision, value);
    if (!newer) head = { revision, ordinal, size };
    else if (ordinal !== newer.ordinal - 1) throw missing(folder, revision, newer);
    newer = { revision, ordinal, size };
    checked++;
  }
  if (newer && checked < CHECKED_CHANGES && newer.ordinal !== floor.ordinal + 1) {
    throw missing(folder, floor.revision, newer);
  }
  return head;
}

function missing(folder: string, older: Revision, newer: Mark): DataFolderError {
  return damaged(folder, `writes between the revisions ${older} and ${newer.revision} are missing`);
}

function describeFailure(folder: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'LEVEL_LOCKED') {
    return new DataFolderError(
      `the data folder ${folder} is in use by another process: end it, or use another folder`,
      { cause },
    );
  }
  // The folder is there: what LevelDB misses is a file that its own records name.
  if (code === 'LEVEL_CORRUPTION' || message.includes('No such file')) return damaged(folder, message, cause);
  return new DataFolderError(`the data folder ${folder} cannot be opened: ${message}`, { cause });
}

function damaged(folder: string, detail: string, cause?: unknown): DataFolderError {
  const advice = 'put back a copy of it, or move it away to begin with an empty one';
  return new DataFolderError(`the data folder ${folder} is damaged: ${detail} (${advice})`, { cause });
}
