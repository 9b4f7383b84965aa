import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { decodeBase64Text } from '../../../apis/meta/v1/base64.js';
import { resolveEnvironment, type EnvironmentContext } from './environment.js';
import { expand } from './expansion.js';
import {
  UnresolvedInput,
  type ContainerInputs,
  type InputEvent,
  type InputObjects,
  type InputProblem,
  type PodFacts,
  type PodInputs,
  type ResolvedVolume,
} from './types.js';
import { resolveVolume } from './volumes.js';

/**
 * Everything a runtime needs beside the pod itself, read from the pod, from the ConfigMaps and Secrets it names
 * (`inputReferences`) and from the node. A volume's problem holds up the whole pod, as the kubelet mounts all volumes
 * first; a container's problem holds up that container alone.
 */
export function resolveInputs(pod: Pod, objects: InputObjects, facts: PodFacts): PodInputs {
  const events: InputEvent[] = [];
  const context: EnvironmentContext = { pod, objects, facts, events };
  const volumes: ResolvedVolume[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const resolved = attempt(() => resolveVolume(volume, context));
    if (typeof resolved === 'string') return { problem: mountProblem(volume.name, resolved) };
    volumes.push(resolved);
  }
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const containers = Object.fromEntries(
    all.map((container) => {
      const resolved = attempt(() => resolveContainer(container, context));
      return [container.name, typeof resolved === 'string' ? { problem: configProblem(resolved) } : resolved];
    }),
  );
  return { containers, volumes, pullSecrets: resolvePullSecrets(context), events };
}

function resolveContainer(container: Container, context: EnvironmentContext): ContainerInputs {
  const variables = resolveEnvironment(container, context);
  return {
    env: Array.from(variables, ([name, value]) => ({ name, value })),
    // An empty list is the same as none: the image's own entry point.
    command: container.command?.length ? container.command.map((word) => expand(word, variables)) : undefined,
    args: container.args?.length ? container.args.map((word) => expand(word, variables)) : undefined,
    workingDir: container.workingDir || undefined,
    mounts: (container.volumeMounts ?? []).map((mount) => ({
      volume: mount.name,
      mountPath: mount.mountPath,
      readOnly: mount.readOnly ?? false,
      subPath: mount.subPathExpr ? expandSubPath(mount.subPathExpr, variables) : (mount.subPath ?? ''),
    })),
  };
}

/** A missing one is no obstacle, as the image may be there or public; the pull's own error tells the rest. */
function resolvePullSecrets({ pod, objects, events }: EnvironmentContext): string[] {
  const missing: string[] = [];
  const texts = (pod.spec.imagePullSecrets ?? []).flatMap(({ name = '' }) => {
    const data = objects.secret(name)?.data?.['.dockerconfigjson'];
    if (data === undefined) missing.push(name);
    return data === undefined ? [] : [decodeBase64Text(data)];
  });
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    events.push({ type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message });
  }
  return texts;
}

/** Unlike elsewhere an unknown variable is an error here, and so is a path that would leave the volume. */
function expandSubPath(expression: string, variables: ReadonlyMap<string, string>): string {
  const references = expression.replaceAll('$$', '').matchAll(/\$\(([^)]*)\)/g);
  const unknown = Array.from(references, ([, name = '']) => name).filter((name) => !variables.has(name));
  if (unknown.length > 0)
    throw new UnresolvedInput(`missing value for ${unknown.map((name) => `"${name}"`).join(', ')}`);
  const path = expand(expression, variables);
  if (path.startsWith('/')) throw new UnresolvedInput(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..'))
    throw new UnresolvedInput(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}

/** The result, or the text of what was missing. */
function attempt<T extends object>(resolve: () => T): T | string {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof UnresolvedInput) return error.message;
    throw error;
  }
}

function configProblem(message: string): InputProblem {
  const event = { type: 'Warning', reason: 'Failed', message: `Error: ${message}` } as const;
  return { reason: 'CreateContainerConfigError', message, event };
}

function mountProblem(volume: string, cause: string): InputProblem {
  const message = `MountVolume.SetUp failed for volume "${volume}" : ${cause}`;
  return { reason: 'ContainerCreating', message, event: { type: 'Warning', reason: 'FailedMount', message } };
}
