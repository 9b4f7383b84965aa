import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  ValidationException,
  type CreateScheduleCommandInput,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';

/** EventBridge Scheduler with one group, as far as its documentation goes. */
export class FakeScheduler {
  readonly schedules = new Map<string, CreateScheduleCommandInput>();
  /** Names of the requests served, in order. */
  readonly requests: string[] = [];
  /** So many requests are refused before the next one is served. */
  throttled = 0;
  /** The answer to every `CreateSchedule`. */
  refusal: string | undefined;
  /** Called before a request is served; may throw. */
  before: ((request: string) => void) | undefined;

  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as SchedulerClient;

  expressions(): readonly string[] {
    return [...this.schedules.values()].map(({ ScheduleExpression }) => ScheduleExpression!);
  }

  async #send(command: unknown): Promise<unknown> {
    if (this.throttled > 0) {
      this.throttled--;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
    const request = (command as object).constructor.name.replace('Command', '');
    this.before?.(request);
    this.requests.push(request);
    if (command instanceof CreateScheduleCommand) return this.#create(command.input);
    if (command instanceof GetScheduleCommand) return this.#find(command.input.Name!);
    if (command instanceof DeleteScheduleCommand) {
      this.#find(command.input.Name!);
      this.schedules.delete(command.input.Name!);
      return {};
    }
    if (command instanceof ListSchedulesCommand) return this.#list(command);
    throw new Error(`the fake scheduler knows nothing of ${request}`);
  }

  #create(input: CreateScheduleCommandInput): unknown {
    const { Name = '', ScheduleExpression = '' } = input;
    const problem = this.refusal ?? (/^[0-9a-zA-Z-_.]{1,64}$/.test(Name) ? undefined : 'invalid name');
    if (problem !== undefined || ScheduleExpression.length > 256) {
      throw new ValidationException({ message: problem ?? 'too long', Message: problem, $metadata: {} });
    }
    if (this.schedules.has(Name)) throw new ConflictException({ message: 'exists', Message: 'exists', $metadata: {} });
    this.schedules.set(Name, input);
    return {};
  }

  #find(name: string): CreateScheduleCommandInput {
    const schedule = this.schedules.get(name);
    if (!schedule) {
      throw new ResourceNotFoundException({ message: 'not found', Message: 'not found', $metadata: {} });
    }
    return schedule;
  }

  #list({ input: { NamePrefix = '', NextToken = '0', MaxResults = 100 } }: ListSchedulesCommand): unknown {
    const all = [...this.schedules.entries()].filter(([name]) => name.startsWith(NamePrefix));
    const start = Number(NextToken);
    const Schedules = all.slice(start, start + MaxResults).map(([Name, { State = 'ENABLED' }]) => ({ Name, State }));
    return { Schedules, ...(start + MaxResults < all.length && { NextToken: String(start + MaxResults) }) };
  }
}
