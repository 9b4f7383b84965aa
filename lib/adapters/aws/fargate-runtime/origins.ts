import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { EnvVar } from '../../../apis/core/v1/pod/environment.js';
import type { ContainerStart } from '../../../ports/pod-runtime.js';

/**
 * Where a value comes from, and so where it may stand: `template`, the same for every pod of its template and fit for
 * the task definition; `pod`, its own, for the overrides; `secret`, for nothing that a description of a task shows.
 */
export type Origin = 'template' | 'pod' | 'secret';

const ranks: Readonly<Record<Origin, number>> = { template: 0, pod: 1, secret: 2 };

/** By variable. What one variable takes over from another with `$(NAME)` comes from where that one comes. */
export function envOrigins(container: Container, env: ContainerStart['env']): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  // It cannot be told which variables of `envFrom` are a Secret's where there are both.
  const fromSecret = container.envFrom?.some(({ secretRef }) => secretRef !== undefined) ?? false;
  for (const { name } of env) origins.set(name, fromSecret ? 'secret' : 'template');
  for (const entry of container.env ?? []) origins.set(entry.name, originOf(entry, origins));
  return origins;
}

/** Of a text in the pod's spec that may refer to variables. */
export function textOrigin(text: string, origins: ReadonlyMap<string, Origin>): Origin {
  const names = Array.from(text.matchAll(/\$\(([^)]*)\)/g), ([, name = '']) => name);
  return names.reduce<Origin>((worst, name) => worse(worst, origins.get(name) ?? 'template'), 'template');
}

function originOf({ value, valueFrom }: EnvVar, origins: ReadonlyMap<string, Origin>): Origin {
  if (value) return textOrigin(value, origins);
  if (valueFrom?.secretKeyRef) return 'secret';
  return valueFrom?.fieldRef ? 'pod' : 'template';
}

function worse(a: Origin, b: Origin): Origin {
  return ranks[a] >= ranks[b] ? a : b;
}
