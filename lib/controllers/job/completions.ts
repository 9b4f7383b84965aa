import { success, type Verdict } from './conditions.js';
import type { Sync } from './sync.js';

/**
 * The Job has all its completions and no pod that runs. One without `completions` (a work queue) has succeeded when one
 * pod did and the others have ended, however they did.
 */
export function completionsReached({ spec, succeeded }: Sync, active: number): Verdict | undefined {
  const enough = spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
  if (!enough || active > 0) return undefined;
  return success('CompletionsReached', 'Reached expected number of succeeded pods');
}
