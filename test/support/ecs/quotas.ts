import type { Clock } from '../../../lib/ports/clock.js';

export type CapacityProvider = 'FARGATE' | 'FARGATE_SPOT';

export interface Rate {
  /** Tokens that a full bucket holds. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface EcsQuotas {
  /** Tasks launched, on demand and Spot apart. */
  readonly launches: Readonly<Record<CapacityProvider, Rate>>;
  /** Calls of RunTask, for both together. */
  readonly runTask: Rate;
  /** vCPUs of the tasks that run at once, on demand and Spot apart. */
  readonly vCpus: Readonly<Record<CapacityProvider, number>>;
}

/**
 * What AWS publishes for an account and Region ("AWS Fargate throttling quotas" in the ECS developer guide). The vCPU
 * counts begin at 6 and are raised on request: here there is no limit until a test sets one.
 */
export const PUBLISHED_QUOTAS: EcsQuotas = {
  launches: { FARGATE: { burst: 100, perSecond: 20 }, FARGATE_SPOT: { burst: 100, perSecond: 20 } },
  runTask: { burst: 20, perSecond: 20 },
  vCpus: { FARGATE: Infinity, FARGATE_SPOT: Infinity },
};

export const NO_QUOTAS: EcsQuotas = {
  launches: { FARGATE: { burst: Infinity, perSecond: 1 }, FARGATE_SPOT: { burst: Infinity, perSecond: 1 } },
  runTask: { burst: Infinity, perSecond: 1 },
  vCpus: { FARGATE: Infinity, FARGATE_SPOT: Infinity },
};

/** Full at first. */
export class TokenBucket {
  #tokens: number;
  #atMs: number;

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {
    this.#tokens = rate.burst;
    this.#atMs = clock.now();
  }

  /** All or none. */
  take(count: number): boolean {
    const now = this.clock.now();
    this.#tokens = Math.min(this.rate.burst, this.#tokens + ((now - this.#atMs) * this.rate.perSecond) / 1000);
    this.#atMs = now;
    // Sums of fractions fall a hair short of the whole number they mean.
    if (this.#tokens + 1e-6 < count) return false;
    this.#tokens -= count;
    return true;
  }
}
