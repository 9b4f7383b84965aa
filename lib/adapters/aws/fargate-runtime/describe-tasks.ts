import { DescribeTasksCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { taskFacts, type TaskFacts } from './task-facts.js';

/** DescribeTasks takes so many at once. */
const TASKS_MAX = 100;

interface Question {
  readonly arn: string;
  readonly answer: (task: TaskFacts | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks for many tasks in one call: what is asked while a call is under way goes into the next. */
export class TaskDescriptions {
  #waiting: Question[] = [];
  #isAsking = false;

  constructor(
    private readonly client: ECSClient,
    private readonly cluster: string,
  ) {}

  /** Undefined: ECS does not know the task, not any more or not yet. */
  describe(arn: string): Promise<TaskFacts | undefined> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ arn, answer, fail });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    // What is asked in the same turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#ask(this.#waiting.splice(0, TASKS_MAX));
    this.#isAsking = false;
  }

  async #ask(questions: readonly Question[]): Promise<void> {
    try {
      const arns = [...new Set(questions.map(({ arn }) => arn))];
      const answer = await this.client.send(new DescribeTasksCommand({ cluster: this.cluster, tasks: arns }));
      const found = new Map((answer.tasks ?? []).map((task) => [task.taskArn, taskFacts(task)]));
      for (const { arn, answer: give } of questions) give(found.get(arn));
    } catch (error) {
      for (const { fail } of questions) fail(error);
    }
  }
}
