import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { failureOf, outcomeOf, waitingReason, type ProgressChange } from './progress.js';
import type { View } from './view.js';

/** One line per change, for pipes and CI logs. */
export class LineView implements View {
  private readonly lastLine = new Map<string, string>();

  /** `logs` and `changes` may go to different streams, so that the logs alone can be piped on. */
  constructor(
    private readonly changes: NodeJS.WritableStream,
    private readonly logs: NodeJS.WritableStream,
  ) {}

  change(change: ProgressChange): void {
    if (change.of === 'job') this.say(`job/${change.job.metadata.name}`, describeJob(change.job));
    else if (!change.deleted) this.say(`pod/${change.pod.metadata.name}`, describePod(change.pod));
  }

  log(prefix: string, line: string): void {
    this.logs.write(`${prefix} | ${line}\n`);
  }

  note(text: string): void {
    this.changes.write(`${text}\n`);
  }

  finish(): void {}

  /** Says it only when it differs from what was last said of the same object. */
  private say(name: string, text: string): void {
    if (this.lastLine.get(name) === text) return;
    this.lastLine.set(name, text);
    this.changes.write(`${name} ${text}\n`);
  }
}

function describeJob(job: Job): string {
  const outcome = outcomeOf(job);
  const { active = 0, succeeded = 0, failed = 0 } = job.status;
  const counts = `${succeeded}/${job.spec.completions ?? '?'} succeeded, ${failed} failed`;
  if (outcome?.complete === true) return `complete: ${counts}`;
  if (outcome !== undefined) return `failed: ${outcome.reason}: ${outcome.message} (${counts})`;
  if (job.spec.suspend === true) return `suspended: ${counts}`;
  return `${counts}, ${active} active`;
}

function describePod(pod: Pod): string {
  const phase = pod.status.phase ?? 'Pending';
  if (phase === 'Failed') return `failed: ${failureOf(pod)}`;
  const why = phase === 'Pending' ? waitingReason(pod) : undefined;
  return why === undefined ? phase.toLowerCase() : `${phase.toLowerCase()}: ${why}`;
}
