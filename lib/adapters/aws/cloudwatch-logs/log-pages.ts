import {
  GetLogEventsCommand,
  ResourceNotFoundException,
  type CloudWatchLogsClient,
  type GetLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../ports/clock.js';
import { pastThrottles } from '../throttles.js';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

export interface LogPage {
  readonly events: readonly LogEvent[];
  /** Where newer events follow; undefined: there is no stream yet. */
  readonly forward: string | undefined;
  readonly backward: string | undefined;
}

export interface PageRequest {
  readonly stream: string;
  /** Left out: from the head, or with `fromEnd` from the end of the stream. */
  readonly token?: string | undefined;
  readonly fromEnd?: boolean;
  readonly sinceMs?: number | undefined;
  /** Left out: as many as fit 1 MB, 10,000 at most. */
  readonly limit?: number;
}

const EVENTS_MAX = 10_000;

/**
 * Pages of log streams. CloudWatch answers 10 to 25 requests a second in an account and Region: those who wait for the
 * same news share one answer.
 */
export class LogPages {
  readonly #shared = new Map<string, Promise<LogPage>>();

  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly logGroup: string,
    private readonly clock: Clock,
  ) {}

  /** The answer of whoever asked the same less than `shareMs` ago, or a new one. */
  next(request: PageRequest, shareMs: number): Promise<LogPage> {
    const key = `${request.stream} ${request.token ?? ''} ${request.sinceMs ?? ''}`;
    const asked = this.#shared.get(key);
    if (asked) return asked;
    const page = this.read(request);
    this.#shared.set(key, page);
    const forget = () => void this.#shared.delete(key);
    page.catch(forget);
    this.clock.at(this.clock.now() + shareMs, forget);
    return page;
  }

  async read({ stream, token, fromEnd = false, sinceMs, limit }: PageRequest): Promise<LogPage> {
    const input: GetLogEventsCommandInput = {
      logGroupName: this.logGroup,
      logStreamName: stream,
      startFromHead: !fromEnd,
      ...(token !== undefined && { nextToken: token }),
      ...(sinceMs !== undefined && { startTime: sinceMs }),
      ...(limit !== undefined && { limit: Math.min(limit, EVENTS_MAX) }),
    };
    try {
      const answer = await pastThrottles(this.clock, () => this.client.send(new GetLogEventsCommand(input)));
      const events = (answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({
        time: timestamp,
        text: message,
      }));
      return { events, forward: answer.nextForwardToken, backward: answer.nextBackwardToken };
    } catch (error) {
      // Nothing has been written yet.
      if (error instanceof ResourceNotFoundException) return { events: [], forward: undefined, backward: undefined };
      throw error;
    }
  }
}
