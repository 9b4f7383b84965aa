import { backfill as runBackfill, whyNot, type Outcome } from '../backfill/backfill.js';
import { cronJobName, readTime } from '../backfill/request.js';
import { Target } from '../backfill/target.js';
import { connectTo } from '../local/https-client.js';
import { UsageError } from '../local/usage-error.js';
import { kubeconfigPath, readKubeconfig, type KubeconfigOptions } from '../local/kubeconfig-file.js';

export interface BackfillCommand extends KubeconfigOptions {
  /** Dates or RFC 3339 times; without an offset in the CronJob's time zone. */
  readonly from: string;
  readonly to: string;
  readonly parallel: number;
  readonly rerun: boolean;
  readonly namespace?: string;
}

const words: { readonly [outcome in Exclude<Outcome, 'done before'>]: string } = {
  started: 'started',
  complete: 'complete',
  failed: 'failed',
  gone: 'ended; its Job is gone',
  'may have run': 'left out: it may have run, and its Job is gone (--rerun runs it again)',
};

/** Runs the past ticks of a CronJob; resolves with the exit code: 1 when a Job failed. */
export async function backfill(
  argument: string,
  command: BackfillCommand,
  output: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const name = cronJobName(argument);
  // Times that are none are told before anybody is asked for the time zone.
  for (const time of [command.from, command.to]) readTime(time, undefined);
  const access = await readKubeconfig(kubeconfigPath(command));
  const target = new Target(connectTo(access), command.namespace ?? access.namespace, name);
  const cronJob = await target.cronJob();
  const obstacle = whyNot(cronJob, command);
  if (obstacle !== undefined) throw new Error(`cronjob/${name} cannot be backfilled: ${obstacle}`);
  const { timeZone } = cronJob.spec;
  const now = Date.now();
  const [from, to] = [readTime(command.from, timeZone), Math.min(readTime(command.to, timeZone), now + 1)];
  if (from >= to) throw new UsageError('--from is not before --to, or not in the past');
  const counts = new Map<Outcome, number>();
  await runBackfill(
    target,
    { ...command, from, to, now },
    {
      tick: (time, job, outcome) => {
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        // An earlier backfill has told of them.
        if (outcome === 'done before') return;
        output.write(`${time}  ${job}  ${words[outcome]}\n`);
      },
    },
  );
  const summary = [...counts].filter(([outcome]) => outcome !== 'started').map(([outcome, n]) => `${n} ${outcome}`);
  output.write(`${summary.join(', ') || 'no ticks'}\n`);
  return counts.has('failed') ? 1 : 0;
}
