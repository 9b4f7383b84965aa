import type { Row } from '../table.js';
import { PRICES } from './prices.js';
import { unitsFrom, type Units, type UnitsOf } from './units.js';

const SWEEPS_A_MONTH = (30 * 24 * 60) / 5;
const HOURS_A_MONTH = 730;
const ALARMS = 10;

/**
 * What finite costs on AWS in US dollars, from units and prices; nothing is asked of anybody. `FINITE_UNITS=FILE` names
 * a JSON file of measured units.
 */
export function benchCosts(): Promise<readonly Row[]> {
  return Promise.resolve(costRows(unitsFrom(process.env['FINITE_UNITS'])));
}

/** Where there is a goal, the row tells it. */
export function costRows({ pod, job, tick, sweep }: UnitsOf): readonly Row[] {
  return [
    row('1,000 pods of a Job, control plane', 1000 * dollars(pod), 0.02),
    row('1,000 Jobs, control plane, beside their pods', 1000 * dollars(job)),
    row('hourly CronJob, a month, beside its Jobs', HOURS_A_MONTH * dollars(tick), 0.005),
    row('idle, a month', SWEEPS_A_MONTH * dollars(sweep) + storage(0.01), 0.1),
    row('10 alarms and a dashboard, a month, beyond the free tier', monitoring()),
    row('1,000 pods of one minute on Fargate: 0.25 vCPU, 0.5 GB, ARM', 1000 * fargateMinute(0.25, 0.5)),
    row('1,000 public IPv4 addresses for one minute', (1000 * PRICES.publicAddressHour) / 60),
    row('one watch (`kubectl get -w`, `logs -f`) for an hour', 3600 * 0.5 * PRICES.lambda.gigabyteSecond),
  ];
}

/** What the units of one thing cost. */
export function dollars(units: Units): number {
  const { writeUnits = 0, readUnits = 0, calls = [], transitions = 0, scheduled = 0 } = units;
  const { notifications = 0, queueRequests = 0, logKilobytes = 0 } = units;
  const functions = calls.map(
    ({ count, seconds, gigabytes }) =>
      count * (PRICES.lambda.request + seconds * gigabytes * PRICES.lambda.gigabyteSecond),
  );
  return (
    writeUnits * PRICES.dynamoDb.writeUnit +
    readUnits * PRICES.dynamoDb.readUnit +
    functions.reduce((sum, each) => sum + each, 0) +
    transitions * PRICES.stepFunctions.transition +
    scheduled * PRICES.scheduler.invocation +
    notifications * PRICES.eventBridge.event +
    queueRequests * PRICES.sqs.request +
    (logKilobytes / 1e6) * PRICES.logs.gigabyte
  );
}

function storage(gigabytes: number): number {
  return gigabytes * (PRICES.dynamoDb.gigabyteMonth + PRICES.dynamoDb.restorableGigabyteMonth);
}

function monitoring(): number {
  return ALARMS * PRICES.cloudWatch.alarmMonth + PRICES.cloudWatch.dashboardMonth;
}

function fargateMinute(vcpus: number, gigabytes: number): number {
  return (vcpus * PRICES.fargate.vcpuHour + gigabytes * PRICES.fargate.gigabyteHour) / 60;
}

function row(what: string, cost: number, goal?: number): Row {
  const rounded = Number(cost.toFixed(4));
  return { what, dollars: `$${rounded}`, goal: goal === undefined ? '' : `≤ $${goal}` };
}
