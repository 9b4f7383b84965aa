import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { EnvVar, EnvFromSource } from '../../../apis/core/v1/pod/environment.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { decodeBase64Text } from '../../../apis/meta/v1/base64.js';
import { expand } from './expansion.js';
import { fieldValue } from './field-ref.js';
import { resourceFieldValue } from './resource-field-ref.js';
import { UnresolvedInput, type InputEvent, type InputObjects, type PodFacts } from './types.js';

export interface EnvironmentContext {
  readonly pod: Pod;
  readonly objects: InputObjects;
  readonly facts: PodFacts;
  readonly events: InputEvent[];
}

/**
 * A container's variables: first `envFrom` in order, then `env` in order, later ones replacing earlier ones. `$(NAME)`
 * in a value sees what was set before it.
 */
export function resolveEnvironment(container: Container, context: EnvironmentContext): Map<string, string> {
  const variables = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(variables, source, context);
  for (const entry of container.env ?? []) {
    const value = entry.value ? expand(entry.value, variables) : sourcedValue(entry, container, context);
    if (value !== undefined) variables.set(entry.name, value);
  }
  return variables;
}

function addAll(variables: Map<string, string>, source: EnvFromSource, context: EnvironmentContext): void {
  const skipped: string[] = [];
  for (const [key, value] of envFromEntries(source, context)) {
    const name = (source.prefix ?? '') + key;
    if (isVariableName(name)) variables.set(name, value);
    else skipped.push(name);
  }
  if (skipped.length === 0) return;
  const [kind, reference] = source.configMapRef ? ['configMap', source.configMapRef] : ['secret', source.secretRef];
  context.events.push({
    type: 'Warning',
    reason: 'InvalidEnvironmentVariableNames',
    message: `Keys [${skipped.sort().join(', ')}] from the EnvFrom ${kind} ${context.pod.metadata.namespace}/${reference?.name} were skipped since they are considered invalid environment variable names.`,
  });
}

function envFromEntries(source: EnvFromSource, { objects }: EnvironmentContext): [string, string][] {
  if (source.configMapRef) {
    const { name = '', optional } = source.configMapRef;
    return sortedEntries(present(objects.configMap(name), 'configmap', name, optional)?.data);
  }
  if (source.secretRef) {
    const { name = '', optional } = source.secretRef;
    const data = present(objects.secret(name), 'secret', name, optional)?.data;
    return sortedEntries(data).map(([key, value]) => [key, decodeBase64Text(value)]);
  }
  return [];
}

/** Undefined: an optional source that is not there; the variable is not touched. */
function sourcedValue(entry: EnvVar, container: Container, context: EnvironmentContext): string | undefined {
  const { pod, objects, facts } = context;
  const from = entry.valueFrom;
  if (from?.fieldRef) return fieldValue(from.fieldRef.fieldPath, pod, facts);
  if (from?.resourceFieldRef) return resourceFieldValue(from.resourceFieldRef, pod, container, facts);
  if (from?.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const data = present(objects.configMap(name), 'configmap', name, optional)?.data;
    return data?.[key] ?? missingKey(key, `ConfigMap ${pod.metadata.namespace}/${name}`, optional);
  }
  if (from?.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef;
    const value = present(objects.secret(name), 'secret', name, optional)?.data?.[key];
    if (value !== undefined) return decodeBase64Text(value);
    return missingKey(key, `Secret ${pod.metadata.namespace}/${name}`, optional);
  }
  if (from?.fileKeyRef) throw new UnresolvedInput(`fileKeyRef of variable ${entry.name} is not supported`);
  return '';
}

function missingKey(key: string, where: string, optional: boolean | undefined): undefined {
  if (!optional) throw new UnresolvedInput(`couldn't find key ${key} in ${where}`);
}

/** The object, or undefined when an optional one does not exist. */
export function present<T>(object: T | undefined, kind: string, name: string, optional: boolean | undefined) {
  if (object === undefined && !optional) throw new UnresolvedInput(`${kind} "${name}" not found`);
  return object;
}

function sortedEntries(data: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(data ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Printable ASCII without `=`, the rule since 1.34. */
function isVariableName(name: string): boolean {
  return /^[ -<>-~]+$/.test(name);
}
