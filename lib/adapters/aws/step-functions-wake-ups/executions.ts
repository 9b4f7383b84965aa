import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  SFNServiceException,
  StartExecutionCommand,
  StopExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Clock } from '../../../ports/clock.js';
import { pastThrottles } from '../throttles.js';
import { executionArn } from './execution-name.js';

/** The executions of the one machine, by their names. */
export class Executions {
  constructor(
    readonly client: SFNClient,
    readonly machineArn: string,
    readonly clock: Clock,
  ) {}

  /** False: one of that name has ended before, or was started with another input. One that still runs is as good as new. */
  async start(name: string, input: string): Promise<boolean> {
    const command = new StartExecutionCommand({ stateMachineArn: this.machineArn, name, input });
    try {
      await pastThrottles(this.clock, () => this.client.send(command));
      return true;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return false;
      throw error;
    }
  }

  /** Best effort: one that is not stopped wakes its key once more, which is harmless. */
  async stop(name: string): Promise<void> {
    const command = new StopExecutionCommand({
      executionArn: executionArn(this.machineArn, name),
      error: 'Replaced',
      cause: 'The key has to be looked at earlier.',
    });
    try {
      await this.client.send(command);
    } catch (error) {
      if (!(error instanceof SFNServiceException)) throw error;
    }
  }

  async isRunning(name: string): Promise<boolean> {
    const command = new DescribeExecutionCommand({ executionArn: executionArn(this.machineArn, name) });
    try {
      const { status } = await pastThrottles(this.clock, () => this.client.send(command));
      return status === 'RUNNING';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return false;
      throw error;
    }
  }

  /** The names of all that run; those just started may be missing. */
  async running(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    let nextToken: string | undefined;
    do {
      const page = new ListExecutionsCommand({
        stateMachineArn: this.machineArn,
        statusFilter: 'RUNNING',
        maxResults: 1000,
        ...(nextToken !== undefined && { nextToken }),
      });
      const answer = await pastThrottles(this.clock, () => this.client.send(page));
      for (const { name } of answer.executions ?? []) names.add(name!);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return names;
  }
}
