import type { Failure, RunTaskCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';
import { throttled } from './errors.js';
import { cpuUnits } from './fargate-sizes.js';
import { TokenBucket, type CapacityProvider, type EcsQuotas } from './quotas.js';

export const NO_CAPACITY =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';
export const TOO_MANY_VCPUS = "You've reached the limit on the number of vCPUs you can run concurrently";

/** Says why there is no room for one more task; undefined: there is. */
export type CapacityRule = (provider: CapacityProvider, input: RunTaskCommandInput) => string | undefined;

/** The quotas of launching, and what room there is. */
export class Launches {
  readonly #calls: TokenBucket;
  readonly #tasks: Readonly<Record<CapacityProvider, TokenBucket>>;
  readonly #vCpus: Record<CapacityProvider, number> = { FARGATE: 0, FARGATE_SPOT: 0 };
  capacity: CapacityRule = () => undefined;
  /** ThrottlingExceptions so far. */
  throttles = 0;

  constructor(
    private readonly quotas: EcsQuotas,
    clock: Clock,
  ) {
    this.#calls = new TokenBucket(quotas.runTask, clock);
    this.#tasks = {
      FARGATE: new TokenBucket(quotas.launches.FARGATE, clock),
      FARGATE_SPOT: new TokenBucket(quotas.launches.FARGATE_SPOT, clock),
    };
  }

  /** Each call counts, whatever comes of it. */
  takeCall(): void {
    this.#take(this.#calls, 1);
  }

  takeTasks(provider: CapacityProvider, count: number): void {
    this.#take(this.#tasks[provider], count);
  }

  /** Undefined: the task may run, and its vCPUs are taken until `release`. */
  whyNot(provider: CapacityProvider, input: RunTaskCommandInput, definition: TaskDefinition): Failure | undefined {
    const reason = this.capacity(provider, input) ?? this.#takeVCpus(provider, vCpus(input, definition));
    return reason === undefined ? undefined : { reason };
  }

  release(provider: CapacityProvider, input: RunTaskCommandInput, definition: TaskDefinition): void {
    this.#vCpus[provider] -= vCpus(input, definition);
  }

  #takeVCpus(provider: CapacityProvider, count: number): string | undefined {
    if (this.#vCpus[provider] + count > this.quotas.vCpus[provider]) return TOO_MANY_VCPUS;
    this.#vCpus[provider] += count;
    return undefined;
  }

  #take(bucket: TokenBucket, count: number): void {
    if (bucket.take(count)) return;
    this.throttles += 1;
    throw throttled();
  }
}

function vCpus({ overrides }: RunTaskCommandInput, { cpu }: TaskDefinition): number {
  return cpuUnits(overrides?.cpu ?? cpu!) / 1024;
}
