/** Stands in for `vitest` in the tests that judge mutants: lists them, so that they can be run again and again. */
export { expect } from 'vitest';

export interface CollectedTest {
  readonly name: string;
  readonly isAsync: boolean;
  run(): unknown;
}

export const collectedTests: CollectedTest[] = [];

type Body = (...given: readonly unknown[]) => unknown;

export function it(name: string, run: Body): void {
  collect(name, run, []);
}

it.each =
  (rows: readonly unknown[]) =>
  (name: string, run: Body): void => {
    for (const row of rows) collect(name, run, Array.isArray(row) ? row : [row]);
  };

export { it as test };

function collect(name: string, run: Body, given: readonly unknown[]): void {
  collectedTests.push({ name, isAsync: run.constructor.name === 'AsyncFunction', run: () => run(...given) });
}

export function describe(_: string, tests: () => void): void {
  tests();
}

describe.skipIf = (skipped: boolean) => (skipped ? () => {} : describe);
