import { cronJobStrategy } from './strategies/cronjob.js';
import { jobStrategy } from './strategies/job.js';
import { namespaceStrategy } from './strategies/namespace.js';
import { configMapStrategy, eventStrategy, secretStrategy, serviceAccountStrategy } from './strategies/plain.js';
import { podStrategy } from './strategies/pod.js';
import type { Strategy } from './strategy.js';

const strategies = [
  configMapStrategy,
  cronJobStrategy,
  eventStrategy,
  jobStrategy,
  namespaceStrategy,
  podStrategy,
  secretStrategy,
  serviceAccountStrategy,
] as readonly Strategy[];

const byResource = new Map(strategies.map((strategy) => [strategy.kind.resource, strategy]));

/** The strategy of a served resource, e.g. of `jobs`. */
export function strategyOf(resource: string): Strategy {
  const strategy = byResource.get(resource);
  if (strategy === undefined) throw new Error(`no strategy for ${resource}`);
  return strategy;
}
