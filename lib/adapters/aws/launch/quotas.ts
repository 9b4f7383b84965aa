import type { LaunchQuotas } from './budget-state.js';

/**
 * What AWS publishes for an account and Region (docs/decisions/launch-budget.md), less two tokens of each burst: the
 * clocks of two functions, and the ways of two calls, differ by up to a tenth of a second.
 */
export const DEFAULT_QUOTAS: LaunchQuotas = {
  launches: { FARGATE: { burst: 98, perSecond: 20 }, FARGATE_SPOT: { burst: 98, perSecond: 20 } },
  runTask: { burst: 18, perSecond: 20 },
};

const MEMBERS = ['FARGATE', 'FARGATE_SPOT', 'runTask'] as const;

/**
 * Of the configuration's JSON: any of `FARGATE`, `FARGATE_SPOT` and `runTask`, each `{ "burst": n, "perSecond": n }`;
 * what is left out is as published. Undefined: all of it. Throws where it is of another form.
 */
export function quotasOf(configured: unknown): LaunchQuotas {
  const given = (configured ?? {}) as Partial<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !(MEMBERS as readonly string[]).includes(name));
  if (typeof configured === 'string' || Array.isArray(configured) || unknown !== undefined) {
    throw new Error(
      `launch quotas have the members ${MEMBERS.join(', ')}, not ${unknown ?? JSON.stringify(configured)}`,
    );
  }
  const { launches, runTask } = DEFAULT_QUOTAS;
  return {
    launches: {
      FARGATE: rateOf(given['FARGATE'], launches.FARGATE, 'FARGATE'),
      FARGATE_SPOT: rateOf(given['FARGATE_SPOT'], launches.FARGATE_SPOT, 'FARGATE_SPOT'),
    },
    runTask: rateOf(given['runTask'], runTask, 'runTask'),
  };
}

function rateOf<Rate extends { burst: number; perSecond: number }>(
  given: unknown,
  otherwise: Rate,
  name: string,
): Rate {
  if (given === undefined) return otherwise;
  const rate = { ...otherwise, ...(given as Partial<Rate>) };
  if (!(rate.burst >= 1) || !(rate.perSecond > 0)) {
    throw new Error(`the launch quota ${name} needs a burst of at least 1 and more than 0 per second`);
  }
  return rate;
}
