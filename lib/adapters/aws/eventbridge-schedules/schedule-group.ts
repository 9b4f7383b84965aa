import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ValidationException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../../../ports/clock.js';
import { pastThrottles } from '../throttles.js';
import type { DesiredSchedule } from './desired.js';

export interface ListedSchedule {
  readonly name: string;
  /** False: somebody has switched it off by hand. */
  readonly enabled: boolean;
}

/** The schedules of the one group, by their names. */
export class ScheduleGroup {
  constructor(
    readonly client: SchedulerClient,
    readonly group: string,
    readonly clock: Clock,
  ) {}

  /**
   * Resolves with why it could not be created, or with undefined where it is there now. What is wrong with the schedule
   * itself, or with the number of them, will not go away by trying again; everything else is thrown.
   */
  async create(schedule: DesiredSchedule): Promise<string | undefined> {
    try {
      await this.#send(() => this.client.send(new CreateScheduleCommand(schedule)));
      return undefined;
    } catch (error) {
      if (error instanceof ValidationException || error instanceof ServiceQuotaExceededException) return error.message;
      if (!(error instanceof ConflictException)) throw error;
    }
    // There already, if it is not just being deleted: then this throws, and all is tried again.
    await this.#send(() => this.client.send(new GetScheduleCommand({ GroupName: this.group, Name: schedule.Name })));
    return undefined;
  }

  /** One that is not there is as good as deleted. */
  async delete(name: string): Promise<void> {
    try {
      await this.#send(() => this.client.send(new DeleteScheduleCommand({ GroupName: this.group, Name: name })));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }

  /** Those whose names begin so; all without a prefix. */
  async list(prefix?: string): Promise<readonly ListedSchedule[]> {
    const found: ListedSchedule[] = [];
    let NextToken: string | undefined;
    do {
      const page = new ListSchedulesCommand({
        GroupName: this.group,
        MaxResults: 100,
        ...(prefix !== undefined && { NamePrefix: prefix }),
        ...(NextToken !== undefined && { NextToken }),
      });
      const answer = await this.#send(() => this.client.send(page));
      for (const { Name, State } of answer.Schedules ?? []) found.push({ name: Name!, enabled: State !== 'DISABLED' });
      ({ NextToken } = answer);
    } while (NextToken !== undefined);
    return found;
  }

  #send<T>(call: () => Promise<T>): Promise<T> {
    return pastThrottles(this.clock, call);
  }
}
