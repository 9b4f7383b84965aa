import type { FiniteFunction } from './finite-function.js';

/** The functions by what they do. */
export interface FiniteFunctions {
  readonly api: FiniteFunction;
  readonly reconcile: FiniteFunction;
  readonly launch: FiniteFunction;
  readonly taskState: FiniteFunction;
  readonly timer: FiniteFunction;
  readonly cron: FiniteFunction;
  readonly sweep: FiniteFunction;
}
