import {
  ResourceNotFoundException,
  type CloudWatchLogsClient,
  type GetLogEventsCommandInput,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

/** A log group as GetLogEvents shows it, with small pages: tokens are places between events. */
export class FakeLogGroup {
  readonly #streams = new Map<string, Event[]>();
  calls = 0;
  /** Thrown in place of the next answer. */
  failNext: Error | undefined;

  constructor(private readonly pageLength = 3) {}

  write(stream: string, timestamp: number, message: string): void {
    const events = this.#streams.get(stream) ?? [];
    events.push({ timestamp, message });
    this.#streams.set(stream, events);
  }

  get client(): CloudWatchLogsClient {
    const send = async ({ input }: { readonly input: GetLogEventsCommandInput }) => this.#getLogEvents(input);
    return { send } as unknown as CloudWatchLogsClient;
  }

  #getLogEvents(input: GetLogEventsCommandInput): Omit<GetLogEventsCommandOutput, '$metadata'> {
    this.calls++;
    const failure = this.failNext;
    this.failNext = undefined;
    if (failure) throw failure;
    const all = this.#streams.get(input.logStreamName!);
    if (input.logGroupName !== '/finite/pods' || all === undefined) {
      throw new ResourceNotFoundException({ message: 'The specified log stream does not exist.', $metadata: {} });
    }
    const count = Math.min(this.pageLength, input.limit ?? Infinity);
    const first = all.findIndex(({ timestamp }) => timestamp >= (input.startTime ?? 0));
    const floor = first === -1 ? all.length : first;
    const [from, to] = this.#range(input, count, floor, all.length);
    return { events: all.slice(from, to), nextForwardToken: `f/${to}`, nextBackwardToken: `b/${from}` };
  }

  #range({ nextToken, startFromHead }: GetLogEventsCommandInput, count: number, floor: number, length: number) {
    const place = Number(nextToken?.slice(2));
    if (nextToken?.startsWith('f/')) return [place, Math.min(length, place + count)] as const;
    if (nextToken?.startsWith('b/')) return [Math.max(floor, place - count), place] as const;
    if (startFromHead) return [floor, Math.min(length, floor + count)] as const;
    return [Math.max(floor, length - count), length] as const;
  }
}
