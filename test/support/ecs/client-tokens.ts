import type { RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';
import { conflict } from './errors.js';

const VALID_MS = 24 * 60 * 60 * 1000;

interface Use {
  readonly request: string;
  readonly tasks: readonly Task[];
  readonly untilMs: number;
}

/** RunTask's idempotency: per cluster, for 24 hours ("Ensuring idempotency" in the API reference). */
export class ClientTokens {
  readonly #uses = new Map<string, Use>();

  constructor(private readonly clock: Clock) {}

  /** What an earlier request with this token has launched; throws where that request was another one. */
  tasksOf(cluster: string, input: RunTaskCommandInput): readonly Task[] | undefined {
    const use = this.#uses.get(keyOf(cluster, input));
    if (use === undefined || use.untilMs <= this.clock.now()) return undefined;
    if (use.request !== textOf(input)) throw conflict(use.tasks.map(({ taskArn }) => taskArn!));
    return use.tasks;
  }

  /** A request that launched nothing leaves its token free. */
  remember(cluster: string, input: RunTaskCommandInput, tasks: readonly Task[]): void {
    if (input.clientToken === undefined || tasks.length === 0) return;
    const untilMs = this.clock.now() + VALID_MS;
    this.#uses.set(keyOf(cluster, input), { request: textOf(input), tasks, untilMs });
  }
}

function keyOf(cluster: string, { clientToken }: RunTaskCommandInput): string {
  return `${cluster} ${clientToken}`;
}

/** The cluster's name and its ARN mean the same. */
function textOf(input: RunTaskCommandInput): string {
  const entries = Object.entries(input).filter(([name]) => name !== 'cluster');
  return JSON.stringify(entries.sort(([left], [right]) => left.localeCompare(right)));
}
