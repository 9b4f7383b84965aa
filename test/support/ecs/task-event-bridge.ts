import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { EventTarget } from './event-target.js';
import { taskStateChange } from './events.js';

const POLL_MS = 300;
/** DescribeTasks takes, and ListTasks gives, so many at once. */
const PAGE = 100;

export interface TaskEventBridgeOptions {
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
  readonly cluster: string;
  /** The function that gets the events. */
  readonly functionName: string;
  readonly onError: (error: unknown) => void;
}

export interface TaskEventBridge {
  /** How many events it has sent. */
  sent(): number;
  /** Resolves when the last look has ended. */
  close(): Promise<void>;
}

/**
 * For an ECS that tells nobody of its tasks: looks at them again and again, and hands on what has changed as the event
 * that EventBridge would have delivered. A state that came and went between two looks is not told, as ECS does not
 * promise every one either. What ECS no longer describes is forgotten.
 */
export function startTaskEventBridge(options: TaskEventBridgeOptions): TaskEventBridge {
  const target = new EventTarget(options.lambda, options.functionName, options.onError);
  const closing = new AbortController();
  let told: ReadonlyMap<string, string> = new Map();
  let sent = 0;
  const look = async (): Promise<void> => {
    const tasks = await describeAll(options.ecs, options.cluster);
    for (const task of tasks.filter((each) => told.get(each.taskArn!) !== stateOf(each))) {
      target.send(taskStateChange(task, Date.now()));
      sent++;
    }
    told = new Map(tasks.map((task) => [task.taskArn!, stateOf(task)]));
  };
  const looking = (async () => {
    while (!closing.signal.aborted) {
      await look().catch(options.onError);
      await sleep(POLL_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    sent: () => sent,
    close: async () => {
      closing.abort();
      await looking;
    },
  };
}

/** Every task of the cluster that ECS still knows, also those that have stopped. */
export async function describeAll(ecs: ECSClient, cluster: string): Promise<readonly Task[]> {
  const arns: string[] = [];
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(new ListTasksCommand({ cluster, desiredStatus, maxResults: PAGE, nextToken }));
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  const tasks: Task[] = [];
  // One that stopped between the two lists is in both.
  const unique = [...new Set(arns)];
  for (let first = 0; first < unique.length; first += PAGE) {
    const page = await ecs.send(new DescribeTasksCommand({ cluster, tasks: unique.slice(first, first + PAGE) }));
    tasks.push(...(page.tasks ?? []));
  }
  return tasks;
}

/** ECS counts `version` up with every change it tells of; one that does not is seen by its states. */
function stateOf({ version, lastStatus, desiredStatus, containers = [] }: Task): string {
  return JSON.stringify([version, lastStatus, desiredStatus, containers.map((each) => each.lastStatus)]);
}
