import { mkdir, open, rename } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { limited, type LogOptions, type PodLogs } from '../../../ports/pod-logs.js';
import type { PodIdentity } from '../../../ports/pod-runtime.js';
import { FileLogs } from '../file-logs.js';
import { logTimeLine } from '../log-times.js';
import type { PodFolders } from '../pod-folders.js';
import { engineLog, type LogRecord } from './engine-log.js';
import type { Engine } from './engine.js';
import { containerName } from './labels.js';

/**
 * Logs of containers: the engine's own as long as the container is there, and then the file they were copied to before
 * it went. Copied once, when it is complete, so that no crash can double or lose a line.
 */
export class ContainerLogs implements PodLogs {
  readonly #files: FileLogs;

  constructor(
    private readonly engine: Engine,
    private readonly folders: PodFolders,
  ) {
    // A copied log never grows.
    this.#files = new FileLogs(folders, { isRunning: async () => false, nextChange: async () => {} });
  }

  async read(
    pod: PodIdentity,
    container: string,
    attempt: number,
    options: LogOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const copied = await this.#files.read(pod, container, attempt, options);
    if (copied !== undefined) return copied;
    const records = await engineLog(this.engine, containerName(pod.uid, container, attempt), options);
    if (records) return limited(textOf(records, options.timestamps), options.limitBytes);
    // It was there when the first look found no copy, and has been copied and removed since.
    return this.#files.read(pod, container, attempt, options);
  }

  /** Copies the log of a container that has ended. Doing it twice is no error. */
  async copy(pod: PodIdentity, container: string, attempt: number): Promise<void> {
    const folder = this.folders.attempt(pod.uid, container, attempt);
    if (existsSync(join(folder, 'log'))) return;
    const { signal } = new AbortController();
    const records = await engineLog(this.engine, containerName(pod.uid, container, attempt), { follow: false, signal });
    if (records === undefined) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeLog(folder, records);
  }
}

async function* textOf(records: AsyncIterable<LogRecord>, timestamps: boolean): AsyncGenerator<Uint8Array> {
  for await (const { time, bytes, isLineStart } of records) {
    yield timestamps && isLineStart ? Buffer.concat([Buffer.from(`${time} `), bytes]) : bytes;
  }
}

/** Smaller: more writes. Larger: more memory for each log that is copied. */
const BATCH_BYTES = 256 * 1024;

/** Both files take their names when they are complete; that of the log comes last, since it counts as the whole. */
async function writeLog(folder: string, records: AsyncIterable<LogRecord>): Promise<void> {
  const names = ['log', 'log.times'].map((name) => join(folder, name)) as [string, string];
  const [log, times] = [await open(`${names[0]}.part`, 'w', 0o600), await open(`${names[1]}.part`, 'w', 0o600)];
  try {
    let offset = 0;
    let held = 0;
    let time: string | undefined;
    let batch: Buffer[] = [];
    let timeLines = '';
    const flush = async () => {
      await log.write(Buffer.concat(batch));
      await times.write(timeLines);
      [batch, held, timeLines] = [[], 0, ''];
    };
    for await (const record of records) {
      if (time !== undefined && record.time !== time) timeLines += logTimeLine(offset, time);
      time = record.time;
      batch.push(record.bytes);
      held += record.bytes.length;
      offset += record.bytes.length;
      if (held >= BATCH_BYTES) await flush();
    }
    if (time !== undefined) timeLines += logTimeLine(offset, time);
    await flush();
    await log.sync();
  } finally {
    await Promise.all([log.close(), times.close()]);
  }
  await rename(`${names[1]}.part`, names[1]);
  await rename(`${names[0]}.part`, names[0]);
}
