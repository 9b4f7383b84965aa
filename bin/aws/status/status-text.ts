import type { Looked } from '../looked.js';
import { isFull, type Quota } from '../quotas.js';
import type { CronJobStatus } from './cron-jobs.js';
import type { JobsStatus } from './jobs.js';
import type { PodsStatus } from './pods.js';
import type { AwsStatus } from './status.js';
import { readable, type WakeUps } from './wake-ups.js';

/** More are counted, not shown. */
const SHOWN_MAX = 10;
const LABEL_WIDTH = 10;

/** The status for people, a line a thing. */
export function statusText(status: AwsStatus): string {
  const { stack, jobs, pods, cronJobs, tasks, wakeUps, quotas } = status;
  const lines = [
    line('Stack', `${stack.name} in ${stack.region}, ${stack.status}, ${stack.apiUrl}`),
    ...jobLines(jobs),
    ...podLines(pods),
    line(
      'Tasks',
      told(tasks, ({ running, pending }) => `${running} running, ${pending} pending`),
    ),
    ...cronJobLines(cronJobs),
    line('Wake-ups', told(wakeUps, wakeUpsText)),
    ...quotaLines(quotas, pods),
  ];
  return `${lines.join('\n')}\n`;
}

/** The status for programs: `AwsStatus`, its wake-ups as a list, the earliest first. */
export function statusJson(status: AwsStatus): string {
  const { wakeUps } = status;
  const listedWakeUps =
    'found' in wakeUps
      ? {
          found: {
            pending: sorted(wakeUps.found).map(([name, at]) => ({
              name: readable(name),
              at: new Date(at).toISOString(),
            })),
            more: wakeUps.found.more,
          },
        }
      : wakeUps;
  return `${JSON.stringify({ ...status, wakeUps: listedWakeUps }, undefined, 2)}\n`;
}

function sorted({ times }: WakeUps): [string, number][] {
  return [...times].sort(([, a], [, b]) => a - b);
}

function line(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text;
}

function told<T>(looked: Looked<T>, text: (found: T) => string): string {
  return 'found' in looked ? text(looked.found) : `not known: ${looked.unknown}`;
}

/** The first line carries the label, and a last one says how many are not shown. */
function listed<T>(label: string, all: readonly T[], text: (each: T) => string): string[] {
  const shown = all.slice(0, SHOWN_MAX).map((each, index) => line(index === 0 ? label : '', text(each)));
  return all.length > SHOWN_MAX ? [...shown, line('', `and ${all.length - SHOWN_MAX} more`)] : shown;
}

function jobLines({ active, suspended, complete, failed, waiting }: JobsStatus): string[] {
  const next = (time: string | undefined): string => (time === undefined ? '' : `; looked at again ${time}`);
  return [
    line('Jobs', `${active} active, ${suspended} suspended, ${complete} complete, ${failed} failed`),
    ...listed('', waiting, ({ job, why, nextLook }) => `${job}: ${why}${next(nextLook)}`),
  ];
}

function podLines({ phases, waiting }: PodsStatus): string[] {
  const counts = Object.entries(phases).map(([phase, count]) => `${count} ${phase}`);
  return [
    line('Pods', counts.join(', ') || 'none that have not ended'),
    ...listed('', waiting, ({ reason, message, pods, example }) => {
      const who = pods === 1 ? example : `${pods} pods, such as ${example}`;
      return `${who}: ${reason}${message && `: ${message}`}`;
    }),
  ];
}

function cronJobLines(cronJobs: readonly CronJobStatus[]): string[] {
  if (cronJobs.length === 0) return [line('CronJobs', 'none')];
  return listed('CronJobs', cronJobs, ({ cronJob, schedule, active, next }) => {
    const running = active === 0 ? '' : `, ${active} active`;
    return `${cronJob} (${schedule})${running}: ${next === null ? 'starts no Jobs' : `next ${next}`}`;
  });
}

function wakeUpsText(wakeUps: WakeUps): string {
  const { times, more } = wakeUps;
  const [next] = sorted(wakeUps);
  if (next === undefined) return 'none pending';
  const [name, at] = next;
  const count = more ? `${times.size} or more` : times.size;
  return `${count} pending, next ${new Date(at).toISOString()} for ${readable(name)}`;
}

/** What a pod waits for that a quota of AWS keeps from being launched (`LaunchWait.reason`). */
const launchReasons: Readonly<Record<string, string>> = {
  LaunchRateReached: "Fargate's launch rate binds",
  LaunchThrottled: 'AWS throttles launches',
  CapacityUnavailable: 'AWS has no room, or the vCPU quota is used up',
};

function quotaLines(quotas: Looked<readonly Quota[]>, { waiting }: PodsStatus): string[] {
  const binding = waiting.flatMap(({ reason, pods }) => {
    const why = Object.hasOwn(launchReasons, reason) ? launchReasons[reason] : undefined;
    return why === undefined ? [] : [`${why}: ${pods === 1 ? '1 pod waits' : `${pods} pods wait`}`];
  });
  const known =
    'found' in quotas
      ? listed(binding.length === 0 ? 'Quotas' : '', quotas.found, quotaText)
      : [line(binding.length === 0 ? 'Quotas' : '', `not known: ${quotas.unknown}`)];
  return [...listed('Quotas', binding, (text) => text), ...known];
}

function quotaText(quota: Quota): string {
  const { name, value, used } = quota;
  const share = used === undefined ? String(value) : `${used} of ${value}`;
  return `${name}: ${share}${isFull(quota) ? ', which binds' : ''}`;
}
