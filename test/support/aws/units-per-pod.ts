import { writeFileSync } from 'node:fs';
import type { UnitsOf } from '../../../bench/costs/units.js';
import { quotasOf } from '../../../lib/adapters/aws/launch/quotas.js';
import type { TestDynamoDb } from '../dynamodb-local.js';
import { NO_QUOTAS, PUBLISHED_QUOTAS } from '../ecs/quotas.js';
import { FunctionsWorld } from './functions-world.js';

/** Per pod, from the creation of its Job to the end of all that follows. */
export interface UnitsPerPod {
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Of the reconcile and launch functions, and of task-state for events that ask for a look. */
  readonly looks: number;
  /** Of task-state for events that ask for none. */
  readonly glances: number;
  /** Pods that the Job says have succeeded. */
  readonly succeeded: number;
}

export interface UnitsOptions {
  readonly pods: number;
  /** Pods at the same time; left out: 200. */
  readonly parallelism?: number;
  /** The published launch quotas hold, and pods wait for their launch. */
  readonly isPaced?: boolean;
  /** Instances of the reconcile function that have batches in turn. */
  readonly reconcilers?: number;
}

/** At twenty launches a second the stream carries about a hundred and fifty records a second: thirty a poll. */
const BATCH_MAX = 25;
const RUN_MS = 2500;
/** Of a task that goes well: RUNNING, DEPROVISIONING, STOPPED. */
const TELLING_EVENTS = 3;
const UNPACED = { burst: 1e6, perSecond: 1e6 };

/** Runs a Job to its end on the functions' own parts, counts what the table is asked for, and prints it by kind of item. */
export async function unitsPerPod(database: TestDynamoDb, options: UnitsOptions): Promise<UnitsPerPod> {
  const { pods, parallelism = 200, isPaced = false, reconcilers = 1 } = options;
  const world = await FunctionsWorld.start(database, {
    ecsQuotas: isPaced ? PUBLISHED_QUOTAS : NO_QUOTAS,
    launchQuotas: quotasOf(isPaced ? undefined : { FARGATE: UNPACED, runTask: UNPACED }),
    runMs: RUN_MS,
    batchMax: BATCH_MAX,
    reconcilers,
  });
  try {
    const job = await world.run('render', {
      completions: pods,
      parallelism: Math.min(parallelism, pods),
      completionMode: 'Indexed',
      template: { spec: { restartPolicy: 'Never', containers: [CONTAINER] } },
    });
    const { meter, invocations } = world;
    console.log([titleOf(options), ...tableOf(world, pods)].join('\n'));
    if (world.warnings.length > 0) console.log(world.warnings.slice(0, 5).join('\n'));
    return {
      writeUnits: meter.writeUnits / pods,
      readUnits: meter.readUnits / pods,
      looks: (invocations.reconcile + invocations.launch) / pods + TELLING_EVENTS,
      glances: invocations['task-state'] / pods - TELLING_EVENTS,
      succeeded: job.status?.succeeded ?? 0,
    };
  } finally {
    await world.close();
  }
}

/** For `FINITE_UNITS=FILE npm run bench -- costs`. */
export function writeUnits(file: string, { writeUnits, readUnits, looks, glances }: UnitsPerPod): void {
  const calls = [
    { count: looks, seconds: 0.06, gigabytes: 0.5 },
    { count: glances, seconds: 0.005, gigabytes: 0.5 },
  ];
  const units: Partial<UnitsOf> = { pod: { writeUnits, readUnits, calls } };
  writeFileSync(file, `${JSON.stringify(units, undefined, 2)}\n`);
}

const CONTAINER = {
  name: 'main',
  image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/reports/renderer:2026.11.20-4f1311d',
  command: ['node', 'render.js', '--verbose'],
  args: ['--bucket', 'reports-eu-central-1', '--month', '2026-11'],
  env: [{ name: 'LOG_LEVEL', value: 'info' }],
  resources: { requests: { cpu: '250m', memory: '512Mi' } },
};

function titleOf({ pods, isPaced, reconcilers = 1 }: UnitsOptions): string {
  const waits = isPaced ? ', waiting for their launch' : '';
  const turns = reconcilers > 1 ? `, ${reconcilers} instances of reconcile in turn` : '';
  return `units per pod of ${pods} pods${waits}${turns}`;
}

function tableOf({ meter, invocations }: FunctionsWorld, pods: number): string[] {
  const line = (what: string, writeUnits: number, readUnits: number) =>
    `  ${what.padEnd(14)} ${(writeUnits / pods).toFixed(3).padStart(8)} write ${(readUnits / pods).toFixed(3).padStart(8)} read`;
  const kinds = [...meter.kinds].sort(([one], [other]) => one.localeCompare(other));
  return [
    ...kinds.map(([kind, { writeUnits, readUnits }]) => line(kind, writeUnits, readUnits)),
    line('all', meter.writeUnits, meter.readUnits),
    ...Object.entries(invocations).map(
      ([name, count]) => `  ${name.padEnd(14)} ${(count / pods).toFixed(3).padStart(8)} invocations`,
    ),
  ];
}
