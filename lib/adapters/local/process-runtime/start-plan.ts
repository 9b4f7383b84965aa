import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerStart, RuntimeEvent } from '../../../ports/pod-runtime.js';
import { prepareVolumes, subPathOf } from '../volume-files.js';
import { findProgram } from './find-program.js';
import { commandText, isShellVariable } from './supervisor.js';
import { mountsElsewhere, volumeVariable } from './unsupported.js';

/** How a container becomes a process, or why it cannot. */
export interface StartPlan {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: { readonly text: string } | { readonly error: string };
  readonly events: readonly RuntimeEvent[];
}

export interface ScratchFolders {
  readonly home: string;
  readonly temporary: string;
  readonly volumes: string;
  readonly attempt: string;
}

/** Fills the pod's volumes; writes nowhere but in the scratch folders. */
export async function planStart(request: ContainerStart, folders: ScratchFolders): Promise<StartPlan> {
  const volumes = await prepareVolumes(request.volumes, folders.volumes);
  const places = new Map<string, string>();
  for (const { volume, mountPath, subPath } of request.mounts) {
    places.set(mountPath, await subPathOf(volumes.get(volume)!, subPath));
  }
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: folders.home,
    TMPDIR: folders.temporary,
    HOSTNAME: request.hostname,
    FINITE_TERMINATION_LOG: join(folders.attempt, 'termination-log'),
    ...Object.fromEntries(Array.from(volumes, ([name, path]) => [volumeVariable(name), path])),
    ...Object.fromEntries(request.env.map(({ name, value }) => [name, value])),
  };
  const { cwd, events } = workingFolder(request, folders.home);
  const command = commandOf(request, env, cwd);
  return { cwd, env: shellVariables(env), command, events: [...mountsElsewhere(request, places), ...events] };
}

function commandOf(request: ContainerStart, env: Readonly<Record<string, string>>, cwd: string): StartPlan['command'] {
  const [name, ...args] = [...(request.command ?? []), ...(request.args ?? [])];
  if (request.command === undefined || name === undefined) {
    return {
      error: `container "${request.container}" has no command: processes use no image, so the entry point of ${request.image} is unknown; set command (kubectl run: --command)`,
    };
  }
  const found = findProgram(name, env['PATH']!, cwd);
  if ('error' in found) return { error: `unable to start container process: ${found.error}` };
  const odd = Object.keys(env).filter((variable) => !isShellVariable(variable));
  // The name as it was given stays what the program sees, where the shell finds the same file by it.
  const program = name.includes('/') ? found.path : name;
  return {
    text: commandText(
      program,
      args,
      odd.map((variable) => `${variable}=${env[variable]}`),
    ),
  };
}

function shellVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isShellVariable(name)));
}

function workingFolder(
  { workingDir, container }: ContainerStart,
  home: string,
): { cwd: string; events: RuntimeEvent[] } {
  if (workingDir === undefined) return { cwd: home, events: [] };
  if (existsSync(workingDir)) return { cwd: workingDir, events: [] };
  const message = `workingDir ${workingDir} is not there on this machine: the process begins in ${home}`;
  return { cwd: home, events: [{ type: 'Warning', reason: 'Unsupported', message, container }] };
}
