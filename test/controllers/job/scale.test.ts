import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { JobRecord } from '../../../lib/apis/batch/v1/job/record.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { Command } from '../../../lib/controllers/decision.js';
import { finalCondition } from '../../../lib/controllers/job/conditions.js';
import { reconcileJob } from '../../../lib/controllers/job/reconcile.js';
import { admittedJob } from '../../support/job-defaults.js';

const PARALLELISM = 1_000;
const MEGABYTE = 1024 * 1024;

it.each([
  ['Indexed', 1_000_000],
  ['NonIndexed', 200_000],
])(
  'runs a Job of mode %s and %i completions in memory that does not grow',
  (completionMode, completions) => {
    const run = new Run(completionMode, completions);
    let early: number | undefined;
    while (finalCondition(run.job.status) === undefined) {
      run.turn();
      if (early === undefined && (run.job.status.succeeded ?? 0) >= completions / 10) early = heapMegabytes();
    }
    expect(run.job.status.succeeded).toBe(completions);
    expect(run.created).toBe(completions);
    expect(run.mostActive).toBe(PARALLELISM);
    expect(heapMegabytes() - early!).toBeLessThan(5);
  },
  300_000,
);

/** The least world there is: pods succeed as soon as all that may run do, and go as soon as they are counted. */
class Run {
  job: Job;
  #record: JobRecord | undefined;
  readonly #pods = new Map<string, Pod>();
  created = 0;
  mostActive = 0;

  constructor(completionMode: string, completions: number) {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const spec = { completions, parallelism: PARALLELISM, completionMode, template };
    this.job = admittedJob(
      { metadata: { name: 'j' }, spec },
      { uid: 'million', creationTimestamp: '2026-01-01T00:00:00Z' },
    );
  }

  turn(): void {
    const decision = reconcileJob({ job: this.job, record: this.#record, pods: [...this.#pods.values()] }, 1e12);
    for (const command of decision.before) this.#do(command);
    if (decision.status) this.job = { ...this.job, status: decision.status };
    this.#record = decision.record ?? this.#record;
    for (const command of decision.after) this.#do(command);
    this.mostActive = Math.max(this.mostActive, this.job.status.active ?? 0);
    if (decision.requeueAt === undefined && decision.after.length === 0) this.#endAll();
  }

  #do(command: Command): void {
    if (command.do === 'change-metadata') this.#pods.delete(command.target.name);
    if (command.do !== 'create') return;
    const { metadata } = command.object;
    const identity = { uid: `${this.created++}`, creationTimestamp: '2026-01-01T00:00:00Z' };
    const pod = { ...command.object, metadata: { ...metadata, ...identity }, status: { phase: 'Pending' } };
    this.#pods.set(metadata.name, pod as unknown as Pod);
  }

  #endAll(): void {
    for (const [name, pod] of this.#pods) this.#pods.set(name, { ...pod, status: { phase: 'Succeeded' } });
  }
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / MEGABYTE;
}
