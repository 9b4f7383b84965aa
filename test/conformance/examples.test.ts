import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFinite, ended, printed, type Ended, type FiniteProgram } from '../support/finite.js';
import { startPodman, whyNoPodman, type TestEngine } from '../support/podman.js';
import { skipped } from '../support/skipped.js';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const example = (name: string): string => join(folder, `${name}.yaml`);
const scratch = mkdtempSync(join(tmpdir(), 'finite-examples-'));
const hasPerl = canRun('perl', '-MMath::BigFloat', '-e1');

let finite: FiniteProgram;

beforeAll(() => {
  finite = buildFinite();
});
afterAll(() => {
  finite?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

interface Tried {
  readonly args?: readonly string[];
  readonly code: number;
  /** What the pods print, without their names, in any order. */
  readonly lines?: readonly (string | RegExp)[];
  /** What is said on standard error. */
  readonly says: RegExp;
  readonly needsPerl?: boolean;
}

const tried: Readonly<Record<string, Tried>> = {
  pi: { code: 0, lines: [/^3\.14159265358979\d{1900,}$/], says: /job\/pi complete: 1\/1 succeeded/, needsPerl: true },
  completions: {
    code: 0,
    lines: Array.from({ length: 5 }, () => /^Hello from completions-\w{5}$/),
    says: /job\/completions complete: 5\/5 succeeded, 0 failed/,
  },
  'two-containers': {
    code: 1,
    lines: ['fine', 'not fine'],
    says: /job\/two-containers failed: BackoffLimitExceeded: .*\n {2}pod\/two-containers-\w{5}: exit code 3 in container fails\n {4}not fine\n/,
  },
  indexed: {
    code: 0,
    lines: ['I am index 0', 'I am index 1', 'I am index 2', 'I am index 3'],
    says: /job\/indexed complete: 4\/4 succeeded/,
  },
  'work-queue': {
    code: 0,
    lines: ['apple', 'cherry', 'pear', 'plum', 'quince'].map((item) => `worked on ${item}`),
    says: /job\/work-queue complete: 2\/\? succeeded/,
  },
  // Nobody resumes it here; kubectl.test.ts does.
  suspended: {
    args: ['--timeout', '5s'],
    code: 124,
    lines: [],
    says: /job\/suspended is suspended, and nobody resumes it here\n(.|\n)*job\/suspended suspended: 0\/1 succeeded/,
  },
};

/** All of them run at once, on a machine that may be busy with other tests. */
const PATIENCE_MS = 300_000;

/** They take minutes: abnormal-end.test.ts and cronjobs.test.ts let them pass in virtual time. */
const triedElsewhere = ['abnormal-end', 'cronjob'];

it('every example is tried', () => {
  const names = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
  expect(names.toSorted()).toEqual([...Object.keys(tried), ...triedElsewhere].toSorted());
});

const runtimes = [
  { runtime: 'process', why: undefined },
  { runtime: 'container', why: whyNoPodman() },
];

for (const { runtime, why } of runtimes) {
  // Side by side, as most of them wait.
  const name = skipped(`finite run with the ${runtime} runtime`, why);
  describe(name, { concurrent: true, skip: why !== undefined }, () => {
    let engine: TestEngine | undefined;
    const finiteRun = (...args: string[]): Promise<Ended> =>
      finite.run(['run', '--runtime', runtime, ...args], engine && { DOCKER_HOST: engine.address });

    beforeAll(async () => {
      if (runtime === 'container') engine = await startPodman();
      if (hasPerl) engine?.addPerl();
    });
    afterAll(() => engine?.close());

    it.for(Object.entries(tried))('%s', { timeout: PATIENCE_MS }, async ([name, wanted], { skip }) => {
      if (wanted.needsPerl && !hasPerl) skip('perl with Math::BigFloat is not installed');
      const { code, stdout, stderr } = await finiteRun(...(wanted.args ?? []), example(name));
      expect(stderr).toMatch(wanted.says);
      expect(code).toBe(wanted.code);
      const lines = stdout.split('\n').slice(0, -1);
      expect(lines.map((line) => line.replace(/^\S+ \| /, '')).toSorted()).toEqual(
        (wanted.lines ?? []).map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
      );
      if (name === 'two-containers') expect(stdout).toMatch(/^two-containers-\w{5}\/fails \| not fine$/m);
    });

    it('abnormal-end, with one retry', { timeout: PATIENCE_MS }, async () => {
      const file = join(scratch, `abnormal-end-${runtime}.yaml`);
      writeFileSync(file, readFileSync(example('abnormal-end'), 'utf8').replace('backoffLimit: 6', 'backoffLimit: 1'));
      const { code, stdout } = await finiteRun('--output', 'json', file);
      expect(code).toBe(1);
      const { jobs, ...rest } = JSON.parse(stdout);
      expect(rest).toEqual({ exitCode: 1 });
      const failure = 'exit code 1 in container main';
      expect(jobs).toEqual([
        {
          namespace: 'default',
          name: 'abnormal-end',
          outcome: 'Failed',
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the specified backoff limit',
          succeeded: 0,
          failed: 2,
          startTime: expect.any(String),
          failedPods: [
            { name: expect.stringMatching(/^abnormal-end-0-/), failure },
            { name: expect.stringMatching(/^abnormal-end-0-/), failure },
          ],
        },
      ]);
    });

    it('Ctrl-C stops every pod before it ends with 130', { timeout: PATIENCE_MS }, async () => {
      const file = join(scratch, `endless-${runtime}.json`);
      writeFileSync(file, JSON.stringify(endlessJob()));
      const run = finite.spawn(['run', '--runtime', runtime, file], engine && { DOCKER_HOST: engine.address });
      const end = ended(run);
      await printed(run, /(at work[^]*){3}/);
      run.kill('SIGINT');
      const { code, stdout, stderr } = await end;
      expect(stderr).toMatch(/interrupted: stopping all pods/);
      expect(stdout.match(/tidied up/g)).toHaveLength(3);
      expect(code).toBe(130);
      expect(execFileSync('ps', ['-A', '-o', 'args'], { encoding: 'utf8' })).not.toContain(endlessSleep);
      expect(engine?.podman('ps', '--all', '--no-trunc', '--format', '{{.Command}}') ?? '').not.toContain(endlessSleep);
    });
  });
}

/** Found again among all processes of the machine. */
const endlessSleep = `sleep 4${process.pid}`;

function endlessJob(): object {
  const command = ['sh', '-c', `trap 'echo tidied up; exit 0' TERM; echo at work; ${endlessSleep} & wait`];
  const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36', command }] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'endless' },
    spec: { completions: 3, parallelism: 3, template: { spec } },
  };
}

function canRun(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
