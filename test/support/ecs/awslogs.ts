import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  type CloudWatchLogsClient,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogRecord } from '../../../lib/adapters/local/container-runtime/engine-log.js';
import type { ContainerPlan } from './backend.js';

/** How long lines are gathered; the awslogs driver takes five seconds, a test has no patience. */
const GATHER_MS = 200;
const EVENTS_MAX = 5000;
/** PutLogEvents takes 1 MiB at once, 26 bytes of which go with each event, and 256 KiB of each. */
const BATCH_BYTES_MAX = 900 * 1024;
const EVENT_BYTES_MAX = 256 * 1024 - 26;

/** Where the awslogs driver puts a container's output; undefined: it has another driver or none. */
export function logPlace({ definition, name, task }: ContainerPlan): { group: string; stream: string } | undefined {
  const { logDriver, options = {} } = definition.logConfiguration ?? {};
  if (logDriver !== 'awslogs') return undefined;
  return { group: options['awslogs-group']!, stream: `${options['awslogs-stream-prefix']}/${name}/${task.taskId}` };
}

/** Sends a container's output to its stream as it comes, a line an event; resolves when all of it has been taken. */
export async function ship(
  client: CloudWatchLogsClient,
  place: { readonly group: string; readonly stream: string },
  records: AsyncIterable<LogRecord>,
): Promise<void> {
  const lines = new Lines();
  let sending = Promise.resolve();
  const send = () => {
    const events = lines.take();
    if (events.length > 0) sending = sending.then(() => put(client, place, events));
    return sending;
  };
  // What goes wrong is told by the last send, which waits for all.
  const timer = setInterval(() => void send().catch(() => undefined), GATHER_MS);
  try {
    for await (const record of records) {
      lines.add(record);
      if (lines.isFull) await send();
    }
  } finally {
    clearInterval(timer);
  }
  lines.end();
  while (lines.count > 0) await send();
  await sending;
}

class Lines {
  #events: InputLogEvent[] = [];
  #open: { timestamp: number; bytes: Buffer[] } | undefined;

  get count(): number {
    return this.#events.length;
  }

  get isFull(): boolean {
    return this.#events.length >= EVENTS_MAX;
  }

  add({ time, bytes, isLineStart }: LogRecord): void {
    if (isLineStart) this.end();
    this.#open ??= { timestamp: Date.parse(time), bytes: [] };
    this.#open.bytes.push(bytes);
    if (bytes.at(-1) === 10) this.end();
  }

  /** CloudWatch takes no empty events: the driver drops empty lines. */
  end(): void {
    if (this.#open === undefined) return;
    const { timestamp, bytes } = this.#open;
    const line = Buffer.concat(bytes);
    this.#open = undefined;
    const text = line.at(-1) === 10 ? line.subarray(0, -1) : line;
    for (let at = 0; at < text.length; at += EVENT_BYTES_MAX) {
      this.#events.push({ timestamp, message: text.toString('utf8', at, at + EVENT_BYTES_MAX) });
    }
  }

  take(): InputLogEvent[] {
    let bytes = 0;
    let count = 0;
    while (count < Math.min(this.#events.length, EVENTS_MAX)) {
      bytes += Buffer.byteLength(this.#events[count]!.message!) + 26;
      if (bytes > BATCH_BYTES_MAX && count > 0) break;
      count += 1;
    }
    return this.#events.splice(0, count);
  }
}

async function put(
  client: CloudWatchLogsClient,
  { group, stream }: { readonly group: string; readonly stream: string },
  logEvents: InputLogEvent[],
): Promise<void> {
  await client.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
}

/** The driver makes the stream. Without its group the container cannot start, as on Fargate. */
export async function makeStream(
  client: CloudWatchLogsClient,
  { group, stream }: { readonly group: string; readonly stream: string },
): Promise<void> {
  try {
    await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
}
