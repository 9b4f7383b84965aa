import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collectedTests, type CollectedTest } from './collected-tests.js';
import { mutantsOf, type Mutant } from './mutants.js';
import { survivors } from './survivors.js';
import { SWITCH, type Switch } from './switchable.js';

/**
 * `npm run test:mutation`: how much of the job controller the tests hold. Changes one place of `lib/controllers/job` at a
 * time and runs the controller's tests and the recorded histories until one fails. `MUTATE=tracking.ts` tries one file.
 */
const FOLDER = resolve(import.meta.dirname, '../../lib/controllers/job');
const LEAST_SHARE = 0.9;
const LONGEST_CALL_MS = 5000;
/** A mutant may loop for ever: what takes so long has been noticed. */
const LONGEST_MS = 30_000;

const globals = globalThis as unknown as Record<string, unknown>;

it('notices nearly every small change of the job controller', { timeout: 3_600_000 }, async () => {
  // Each mutant meets the same histories, and a failing one is not made small.
  fc.configureGlobal({ seed: 4, endOnFailure: true });
  for (const suite of suites()) await import(/* @vite-ignore */ suite);
  const order = [...collectedTests].toSorted((a, b) => Number(a.isAsync) - Number(b.isAsync));
  expect(await failingTest(order), 'a test fails without any mutant').toBeUndefined();

  const found: string[] = [];
  let tried = 0;
  for (const file of readdirSync(FOLDER).filter((name) => name.includes(process.env['MUTATE'] ?? ''))) {
    const [before, start] = [found.length, performance.now()];
    const mutants = mutantsOf(readFileSync(join(FOLDER, file), 'utf8'));
    for (const [number, mutant] of mutants.entries()) {
      tried++;
      if (!(await isNoticed(join(FOLDER, file), number, order))) found.push(describeMutant(file, mutant));
    }
    const seconds = Math.round((performance.now() - start) / 1000);
    process.stdout.write(`${file}: ${mutants.length - found.length + before} of ${mutants.length} (${seconds} s)\n`);
  }
  report(tried, found);
  const unexplained = found.filter((survivor) => !(survivor in survivors)).length;
  expect(unexplained, 'survivors that test/mutation/survivors.ts does not explain').toBe(0);
  const outdated = Object.keys(survivors).filter((survivor) => !found.includes(survivor));
  if (process.env['MUTATE'] === undefined) expect(outdated, 'explained, but noticed by now').toEqual([]);
  expect(1 - found.length / tried).toBeGreaterThanOrEqual(LEAST_SHARE);
});

/** That memory does not grow is no mutant's business. */
function suites(): readonly string[] {
  const folder = resolve(import.meta.dirname, '../controllers/job');
  const ofJobs = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && name !== 'scale.test.ts');
  return [
    ...ofJobs.map((name) => join(folder, name)),
    resolve(import.meta.dirname, '../conformance/behaviour.test.ts'),
  ];
}

async function isNoticed(path: string, number: number, order: CollectedTest[]): Promise<boolean> {
  let mutated: unknown;
  try {
    mutated = await import(/* @vite-ignore */ `${path}?mutant=${number}`);
  } catch {
    return true;
  }
  globals[SWITCH] = { path, module: mutated, until: performance.now() + LONGEST_MS } satisfies Switch;
  const failing = await failingTest(order);
  globals[SWITCH] = undefined;
  if (failing === undefined) return false;
  // It will notice the next one in this place, too.
  order.splice(order.indexOf(failing), 1);
  order.splice(failing.isAsync ? order.findIndex(({ isAsync }) => isAsync) : 0, 0, failing);
  return true;
}

async function failingTest(tests: readonly CollectedTest[]): Promise<CollectedTest | undefined> {
  for (const test of tests) {
    try {
      await withinTime(() => test.run());
    } catch {
      return test;
    }
  }
  return undefined;
}

const call = new Script('finiteCall()');

/** Stops even a loop that calls nothing, but not after the test's first `await`: those tests come last. */
function withinTime(run: () => unknown): unknown {
  globals['finiteCall'] = run;
  return call.runInThisContext({ timeout: LONGEST_CALL_MS });
}

function describeMutant(file: string, { before, after }: Mutant): string {
  return `${file}: ${before} → ${after}`;
}

function report(tried: number, found: readonly string[]): void {
  const share = ((100 * (tried - found.length)) / tried).toFixed(1);
  for (const survivor of found) process.stdout.write(`${survivor}\n    ${survivors[survivor] ?? 'NOT EXPLAINED'}\n`);
  process.stdout.write(`\n${tried - found.length} of ${tried} mutants noticed (${share} %)\n`);
}
