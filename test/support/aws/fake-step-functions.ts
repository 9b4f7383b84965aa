import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Clock } from '../../../lib/ports/clock.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;

interface Execution {
  readonly name: string;
  readonly input: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'ABORTED' | 'TIMED_OUT';
}

/**
 * Step Functions as far as its documentation goes, running the machine of the wake-ups by a given clock: names that are
 * taken for good, waits cut to whole seconds, executions that end after a year.
 */
export class FakeStepFunctions {
  readonly machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:wake';
  readonly executions = new Map<string, Execution>();
  /** What the timer function was called with, and when. */
  readonly fired: { readonly atMs: number; readonly input: unknown }[] = [];
  /** So many requests are refused before the next one is served. */
  throttled = 0;
  requests = 0;
  /** The timer function. */
  invoke: ((input: unknown) => void) | undefined;

  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as SFNClient;

  constructor(readonly clock: Clock) {}

  running(): readonly string[] {
    return [...this.executions.values()].filter(({ status }) => status === 'RUNNING').map(({ name }) => name);
  }

  /** An execution that ends without calling anybody. */
  lose(name: string): void {
    this.executions.get(name)!.status = 'ABORTED';
  }

  async #send(command: unknown): Promise<unknown> {
    this.requests++;
    if (this.throttled > 0) {
      this.throttled--;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
    if (command instanceof StartExecutionCommand) return this.#start(command);
    if (command instanceof StopExecutionCommand) return this.#stop(command);
    if (command instanceof DescribeExecutionCommand) return { status: this.#find(command.input.executionArn!).status };
    if (command instanceof ListExecutionsCommand) return this.#list(command);
    throw new Error(`unknown: ${(command as object).constructor.name}`);
  }

  #start({ input: { name = '', input = '{}' } }: StartExecutionCommand): unknown {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) throw new Error(`Invalid Name: '${name}'`);
    const known = this.executions.get(name);
    if (known && (known.status !== 'RUNNING' || known.input !== input)) {
      throw new ExecutionAlreadyExists({ message: `Execution Already Exists: '${name}'`, $metadata: {} });
    }
    if (!known) this.#run({ name, input, status: 'RUNNING' });
    return { executionArn: `${this.#prefix()}${name}` };
  }

  #run(execution: Execution): void {
    this.executions.set(execution.name, execution);
    const { waitUntil } = JSON.parse(execution.input) as { readonly waitUntil: string };
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(waitUntil)) throw new Error(`not a timestamp: ${waitUntil}`);
    const endsMs = this.clock.now() + YEAR_MS;
    if (Date.parse(waitUntil) >= endsMs) this.clock.at(endsMs, () => (execution.status = 'TIMED_OUT'));
    else this.clock.at(Date.parse(waitUntil), () => this.#fire(execution));
  }

  #fire(execution: Execution): void {
    if (execution.status !== 'RUNNING') return;
    execution.status = 'SUCCEEDED';
    const input: unknown = JSON.parse(execution.input);
    this.fired.push({ atMs: this.clock.now(), input });
    this.invoke?.(input);
  }

  #stop({ input }: StopExecutionCommand): unknown {
    const execution = this.#find(input.executionArn!);
    if (execution.status === 'RUNNING') execution.status = 'ABORTED';
    return {};
  }

  #find(arn: string): Execution {
    const execution = this.executions.get(arn.replace(this.#prefix(), ''));
    if (!execution) throw new ExecutionDoesNotExist({ message: `Execution Does Not Exist: '${arn}'`, $metadata: {} });
    return execution;
  }

  #list({ input: { nextToken = '0', maxResults = 100, statusFilter } }: ListExecutionsCommand): unknown {
    const all = [...this.executions.values()].filter(({ status }) => status === statusFilter);
    const start = Number(nextToken);
    const executions = all.slice(start, start + maxResults).map(({ name }) => ({ name }));
    return { executions, ...(start + maxResults < all.length && { nextToken: String(start + maxResults) }) };
  }

  #prefix(): string {
    return `${this.machineArn.replace('stateMachine', 'execution')}:`;
  }
}
