import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import type { ApiClient } from '../local/api-client.js';
import { startControlPlane, type ControlPlane } from '../local/control-plane.js';
import { describeLostOutput, outputLostExitCode, type LostOutput } from '../local/lost-output.js';
import type { RuntimeChoice } from '../local/runtime-choice.js';
import { applyManifests, requireRunnable } from '../run/apply.js';
import { LineView } from '../run/line-view.js';
import { LiveView } from '../run/live-view.js';
import { readManifests, type ManifestObject } from '../run/manifests.js';
import { LogFollower } from '../run/pod-logs.js';
import { Interruption } from '../run/interruption.js';
import { identify, Progress } from '../run/progress.js';
import { reportFailures, runReport } from '../run/report.js';
import { hurry, stopEverything } from '../run/stop.js';
import type { View } from '../run/view.js';

export interface RunOptions {
  readonly runtime: RuntimeChoice;
  /** Whose pods' logs are shown while they run. */
  readonly logs: 'all' | 'none';
  readonly output: 'text' | 'json';
  readonly timeoutMs: number | undefined;
  /** Resolves when nobody can be told anything any more: then there is nobody to run for. */
  readonly lostOutput: Promise<LostOutput>;
}

/** Exit codes of `finite run`; documented in its help text. */
export const exitCode = {
  complete: 0,
  failed: 1,
  usage: 2,
  timeout: 124,
  interrupted: 130,
  outputLost: outputLostExitCode,
} as const;

const lastLogsMs = 1000;

/** Runs the Jobs of a manifest to their end on an embedded control plane of their own; resolves with the exit code. */
export async function run(path: string, options: RunOptions): Promise<number> {
  const manifests = await readManifests(path);
  requireRunnable(manifests);
  const data = await mkdtemp(join(tmpdir(), 'finite-run-'));
  const interruption = new Interruption();
  try {
    const plane = await startControlPlane({ dataFolder: data, runtime: options.runtime });
    return await runOn(plane, manifests, options, interruption);
  } finally {
    interruption.stopListening();
    await rm(data, { recursive: true, force: true });
  }
}

async function runOn(
  plane: ControlPlane,
  manifests: readonly ManifestObject[],
  options: RunOptions,
  interruption: Interruption,
): Promise<number> {
  try {
    for (const note of plane.runtime.notes) process.stderr.write(`${note}\n`);
    const jobs = await applyManifests(plane.client, manifests);
    for (const { metadata, spec } of jobs) {
      if (spec.suspend) process.stderr.write(`job/${metadata.name} is suspended, and nobody resumes it here\n`);
    }
    return await follow(plane, new Set(jobs.map(identify)), options, interruption);
  } finally {
    // Nobody would look after a pod that is left: one of no Job's, or of a Job before a document that was refused.
    await stopEverything(plane.client);
    await plane.stop();
  }
}

async function follow(
  plane: ControlPlane,
  wanted: ReadonlySet<string>,
  options: RunOptions,
  interruption: Interruption,
): Promise<number> {
  const progress = new Progress(wanted);
  const view = createView(options, progress);
  const watching = new AbortController();
  const logs = new LogFollower(plane.client, view, watching.signal);
  const ended = watchToTheEnd(plane.client, progress, view, options.logs === 'all' ? logs : undefined, watching.signal);
  const ending = await Promise.race([
    ended.then(() => ({ as: 'complete', why: '' }) as const),
    interruption.first.then(() => ({ as: 'interrupted', why: 'interrupted' }) as const),
    timeoutAfter(options.timeoutMs).then(() => ({ as: 'timeout', why: 'timeout' }) as const),
    options.lostOutput.then((lost) => ({ as: 'outputLost', why: describeLostOutput(lost) }) as const),
  ]);
  if (ending.as === 'complete') await logs.drained();
  else {
    view.note(`${ending.why}: stopping all pods; Ctrl-C${ending.as === 'interrupted' ? ' again' : ''} kills them`);
    const asked = ending.as === 'interrupted' ? interruption.second : interruption.first;
    asked.then(() => hurry(plane.client)).catch((error) => view.note(`killing pods: ${error}`));
    await stopEverything(plane.client);
    // What the pods wrote while they stopped; a log that does not end now must not keep the program.
    await Promise.race([logs.drained(), sleep(lastLogsMs)]);
  }
  view.finish();
  watching.abort();
  const code = ending.as === 'complete' && !progress.succeeded ? exitCode.failed : exitCode[ending.as];
  if (options.output === 'json') process.stdout.write(JSON.stringify(runReport(progress, code), undefined, 2) + '\n');
  else await reportFailures(plane.client, progress, process.stderr);
  return code;
}

function createView(options: RunOptions, progress: Progress): View {
  if (options.output === 'json') return new LineView(process.stderr, process.stderr);
  if (process.stdout.isTTY) return new LiveView(process.stdout, progress, Date.now);
  return new LineView(process.stderr, process.stdout);
}

/** Follows Jobs and pods until every wanted Job has ended. */
async function watchToTheEnd(
  client: ApiClient,
  progress: Progress,
  view: View,
  logs: LogFollower | undefined,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const watchJobs = async (): Promise<void> => {
    for await (const event of client.watch<Job>('/apis/batch/v1/jobs', either)) {
      const change = progress.applyJob(event);
      if (change !== undefined) view.change(change);
      if (progress.ended) return done.abort();
    }
  };
  const watchPods = async (): Promise<void> => {
    for await (const event of client.watch<Pod>('/api/v1/pods', either)) {
      const change = progress.applyPod(event);
      if (change !== undefined) view.change(change);
      if (event.type !== 'DELETED') logs?.follow(event.object);
    }
  };
  await Promise.all([watchJobs(), watchPods()].map((watch) => watch.catch((error) => ignoreAbort(error, either))));
}

function ignoreAbort(error: unknown, signal: AbortSignal): void {
  if (!signal.aborted) throw error;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function timeoutAfter(ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (ms !== undefined) setTimeout(resolve, ms).unref();
  });
}
