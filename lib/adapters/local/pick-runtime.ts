import { join } from 'node:path';
import type { Clock } from '../../ports/clock.js';
import type { PodLogs } from '../../ports/pod-logs.js';
import type { PodRuntime } from '../../ports/pod-runtime.js';
import { ContainerRuntime } from './container-runtime/container-runtime.js';
import { engineAddresses, whyNot, type EngineAddress } from './container-runtime/engine-address.js';
import { Engine, type EngineVersion } from './container-runtime/engine.js';
import { namesIn } from './pod-folders.js';
import { ProcessRuntime } from './process-runtime/process-runtime.js';

/** What was found at one place where an engine may listen. */
export interface EngineProbe {
  /** As in DOCKER_HOST. */
  readonly address: string;
  readonly version?: EngineVersion;
  /** Why it is of no use; left out where an engine answers. */
  readonly problem?: string;
}

export interface PickedRuntime {
  readonly runtime: PodRuntime;
  readonly logs: PodLogs;
  /** Which runtime it is and why, and what its user has to know: one sentence each. */
  readonly notes: readonly string[];
}

export interface RuntimeOptions {
  /** Keeps what pods leave behind. */
  readonly folder: string;
  readonly clock: Clock;
  readonly env?: NodeJS.ProcessEnv;
}

/** Asks at every place, for those who want to know why an engine is or is not used. */
export function probeEngines(env: NodeJS.ProcessEnv = process.env): Promise<EngineProbe[]> {
  return Promise.all(
    engineAddresses(env).map(async (address) => {
      const found = await connect(address);
      if (typeof found === 'string') return { address: address.text, problem: found };
      found.close();
      return { address: address.text, version: found.version };
    }),
  );
}

/**
 * The runtime that was asked for. `auto` takes the first engine that answers, else processes; but it stays with what
 * the pods of this folder already run as, since nobody would look after them otherwise. Throws with what to do when
 * that cannot be had.
 */
export async function pickRuntime(
  choice: 'auto' | 'container' | 'process',
  options: RuntimeOptions,
): Promise<PickedRuntime> {
  if (choice === 'process') return openProcesses(options, []);
  if (choice === 'auto' && (await hasPods(processFolder(options)))) {
    return openProcesses(options, ['Pods of this data folder already run as processes.']);
  }
  const { engine, problems } = await firstEngine(options.env);
  if (engine) return openContainers(options, engine);
  const why = `No container engine answers (${problems.join('; ')}).`;
  if (choice === 'container') throw new Error(`${why} Start one, or name its socket in DOCKER_HOST.`);
  if (await hasPods(join(containerFolder(options), 'pods'))) {
    throw new Error(`${why} Pods of this data folder are containers: start the engine, or choose another runtime.`);
  }
  return openProcesses(options, [why]);
}

async function openContainers(options: RuntimeOptions, engine: Engine): Promise<PickedRuntime> {
  const { product, version, apiVersion } = engine.version;
  const { text, socketPath } = engine.address;
  const runtime = await ContainerRuntime.open({ folder: containerFolder(options), engine, clock: options.clock });
  const notes = [`Pods run as containers of ${product} ${version} at ${text} (API ${apiVersion}).`];
  if (socketPath === undefined) notes.push('Volumes work only where the engine is on this machine.');
  return { runtime, logs: runtime.logs, notes };
}

async function openProcesses(options: RuntimeOptions, notes: readonly string[]): Promise<PickedRuntime> {
  const runtime = await ProcessRuntime.open({ folder: processFolder(options), clock: options.clock });
  return { runtime, logs: runtime.logs, notes: [...notes, ...runtime.notes] };
}

function containerFolder({ folder }: RuntimeOptions): string {
  return join(folder, 'containers');
}

function processFolder({ folder }: RuntimeOptions): string {
  return join(folder, 'processes');
}

async function hasPods(folder: string): Promise<boolean> {
  return (await namesIn(folder)).length > 0;
}

async function firstEngine(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ engine?: Engine; problems: readonly string[] }> {
  const problems: string[] = [];
  for (const address of engineAddresses(env)) {
    const found = await connect(address);
    if (typeof found !== 'string') return { engine: found, problems };
    // The usual places are many; those where nothing is are no news. One that was named is.
    if (env['DOCKER_HOST'] || whyNot(address) === undefined) problems.push(`${address.text}: ${found}`);
  }
  return { problems: problems.length > 0 ? problems : ['there is no socket at the usual places'] };
}

/** The engine, or why there is none. */
async function connect(address: EngineAddress): Promise<Engine | string> {
  const problem = whyNot(address);
  if (problem !== undefined) return problem;
  try {
    return await Engine.connect(address);
  } catch (error) {
    return (error as Error).message;
  }
}
