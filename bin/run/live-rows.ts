import { colours } from '../colours.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { formatElapsed, outcomeOf, waitingReason, type Progress } from './progress.js';

/** What a picture has to fit into. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}

/** More pods of one Job than a person reads help nobody. */
const podRowsMax = 8;
const barWidthMax = 28;
/** A shorter bar shows less than the figures beside it. */
const barWidthMin = 8;

/** A row per Job and, where there is room, one per pod that is under way; what does not fit is counted in the last row. */
export function liveRows(progress: Progress, { columns, rows }: Area, now: number): string[] {
  const jobs = [...progress.jobs.values()];
  const fit = jobs.length <= rows;
  const shown = fit ? jobs : unfinishedFirst(jobs).slice(0, Math.max(0, rows - 1));
  const nameWidth = Math.min(Math.floor(columns / 2.5), Math.max(...shown.map(({ metadata }) => metadata.name.length)));
  const pods = fit && jobs.length < rows ? progress.podsUnderWay() : new Map<string, Pod[]>();
  let left = rows - shown.length;
  const picture = shown.flatMap((job) => {
    const podsShown = podRows(pods.get(job.metadata.uid) ?? [], left, columns, now);
    left -= podsShown.length;
    return [jobRow(job, nameWidth, columns, now), ...podsShown];
  });
  return fit ? picture : [...picture, cut(colours.dim(restOf(unfinishedFirst(jobs).slice(shown.length))), columns)];
}

function unfinishedFirst(jobs: readonly Job[]): Job[] {
  const finished = (job: Job): boolean => outcomeOf(job) !== undefined;
  return [...jobs.filter((job) => !finished(job)), ...jobs.filter(finished)];
}

/** `… and 37 more Jobs: 20 complete, 2 failed, 15 under way`. */
function restOf(jobs: readonly Job[]): string {
  const outcomes = jobs.map(outcomeOf);
  const counts = [
    [outcomes.filter((outcome) => outcome?.complete === true).length, 'complete'],
    [outcomes.filter((outcome) => outcome?.complete === false).length, 'failed'],
    [outcomes.filter((outcome) => outcome === undefined).length, 'under way'],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `… and ${jobs.length} more ${jobs.length === 1 ? 'Job' : 'Jobs'}: ${told.join(', ')}`;
}

function podRows(pods: readonly Pod[], rows: number, columns: number, now: number): string[] {
  const room = Math.min(rows, podRowsMax + 1);
  const all = pods.length <= room;
  const shown = pods.slice(0, all ? room : Math.max(0, room - 1)).map((pod) => podRow(pod, columns, now));
  return all || room === 0
    ? shown
    : [...shown, cut(colours.dim(`  … and ${pods.length - shown.length} more`), columns)];
}

/** `pi  ████████──────  3/5  1 active  1 failed  12s`; the bar is as long as there is room. */
function jobRow(job: Job, nameWidth: number, columns: number, now: number): string {
  const { active = 0, succeeded = 0, failed = 0 } = job.status;
  const completions = job.spec.completions;
  const outcome = outcomeOf(job);
  const figures = [
    `${succeeded}/${completions ?? '?'}`,
    ...(active > 0 ? [colours.cyan(`${active} active`)] : []),
    ...(failed > 0 ? [colours.red(`${failed} failed`)] : []),
    ...(job.spec.suspend === true && outcome === undefined ? [colours.yellow('suspended')] : []),
    ...(outcome === undefined
      ? []
      : [outcome.complete ? colours.green('Complete') : colours.red(`Failed: ${outcome.reason}`)]),
    colours.dim(formatElapsed(elapsedMs(job, now))),
  ].join('  ');
  const room = columns - 1 - nameWidth - 2 - lengthOf(figures) - 2;
  const total = completions ?? Math.max(succeeded + active, job.spec.parallelism ?? 1);
  const bars = room < barWidthMin ? [] : [bar(succeeded, active, total, Math.min(barWidthMax, room))];
  const { name } = job.metadata;
  const shortName = name.length <= nameWidth ? name.padEnd(nameWidth) : `${name.slice(0, Math.max(0, nameWidth - 1))}…`;
  return cut([colours.bold(shortName), ...bars, figures].join('  '), columns);
}

function elapsedMs(job: Job, now: number): number {
  const { startTime, completionTime, conditions } = job.status;
  const ended = completionTime ?? conditions?.at(-1)?.lastTransitionTime ?? undefined;
  const end = outcomeOf(job) === undefined || ended === undefined ? now : Date.parse(ended);
  return end - Date.parse(startTime ?? job.metadata.creationTimestamp);
}

function bar(succeeded: number, active: number, total: number, width: number): string {
  if (total <= 0) return colours.dim('─'.repeat(width));
  const done = Math.min(width, Math.floor((succeeded / total) * width));
  const running = Math.min(width - done, Math.ceil((active / total) * width));
  return (
    colours.green('█'.repeat(done)) +
    colours.cyan('▒'.repeat(running)) +
    colours.dim('─'.repeat(width - done - running))
  );
}

/** What tells pods of a Job apart is the end of their names: a long one loses its beginning. */
function podRow(pod: Pod, columns: number, now: number): string {
  const age = formatElapsed(now - Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp));
  const why = pod.status.phase === 'Pending' ? waitingReason(pod) : undefined;
  const phase = pod.metadata.deletionTimestamp === undefined ? (pod.status.phase ?? 'Pending') : 'Terminating';
  const { name } = pod.metadata;
  const nameWidth = Math.max(8, columns - 3 - phase.length - age.length - 4);
  const shortName = name.length <= nameWidth ? name : `…${name.slice(1 - nameWidth)}`;
  return cut(`  ${[shortName, phase, age, ...(why === undefined ? [] : [colours.yellow(why)])].join('  ')}`, columns);
}

// oxlint-disable-next-line no-control-regex
const colourCode = /(\u001b\[[0-9;]*m)/;

function lengthOf(text: string): number {
  return text.split(colourCode).reduce((sum, part) => sum + (part.startsWith('\u001b') ? 0 : part.length), 0);
}

/** Cuts a row before the terminal's last column, without counting colour codes; line ends would break the picture. */
function cut(text: string, columns: number): string {
  const row = text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
  if (lengthOf(row) < columns) return row;
  let room = columns - 2;
  const parts = row.split(colourCode).map((part) => {
    if (part.startsWith('\u001b')) return part;
    const kept = part.slice(0, Math.max(0, room));
    const mark = room >= 0 && part.length > kept.length ? '…' : '';
    room = mark === '' ? room - part.length : -1;
    return kept + mark;
  });
  return parts.join('');
}
