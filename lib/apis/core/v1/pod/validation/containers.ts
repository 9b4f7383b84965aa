import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  notFoundValue,
  requiredValue,
  tooManyValues,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { dnsLabelProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { Container, ContainerResizePolicy, EphemeralContainer } from '../containers.js';
import type { PodSpec } from '../types.js';
import { validateEnv, validateEnvFrom } from './environment.js';
import { validateHandlers } from './handlers.js';
import { validateVolumeDevices, validateVolumeMounts, type Volumes } from './mounts.js';
import type { PodOptions } from './options.js';
import { validateHostPorts, validatePorts } from './ports.js';
import { validatePullPolicy } from './pull-policy.js';
import { validateResources } from './resources.js';
import { validateSecurityContext } from './security-context.js';

/** What the containers of a spec are checked against. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
  readonly options: PodOptions;
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];
const restartPolicies = ['Always', 'Never', 'OnFailure'];
const restartActions = ['Restart', 'RestartAllContainers'];
const exitCodeOperators = ['In', 'NotIn'];
const resizeResources = ['cpu', 'memory'];
const resizePolicies = ['NotRequired', 'RestartContainer'];

export function validateContainers(context: ContainerContext, path: string, errors: FieldError[]): void {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) {
    errors.push(requiredValue(path));
    return;
  }
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const at = `${path}[${i}]`;
    validateCommon(container, context, at, errors);
    if (names.has(container.name ?? '')) errors.push(duplicateValue(`${at}.name`, container.name ?? ''));
    names.add(container.name ?? '');
    validateHandlers(container, at, errors, context.spec.terminationGracePeriodSeconds);
    validateRestartPolicy(container, at, errors);
  });
  validateHostPorts(containers, path, errors);
}

export function validateInitContainers(context: ContainerContext, path: string, errors: FieldError[]): void {
  const names = new Set((context.spec.containers ?? []).map(({ name }) => name));
  (context.spec.initContainers ?? []).forEach((container, i) => {
    const at = `${path}[${i}]`;
    validateCommon(container, context, at, errors);
    if (container.restartPolicy === undefined) refuseRulesWithoutPolicy(container, at, errors);
    else validateRestartPolicy(container, at, errors);
    if (names.has(container.name)) errors.push(duplicateValue(`${at}.name`, container.name ?? ''));
    else if (container.name) names.add(container.name);
    // They run one by one, so that only a container's own ports can collide; the path is that of the first.
    validateHostPorts([container], path, errors);
    if (container.restartPolicy === 'Always') {
      validateHandlers(container, at, errors, context.spec.terminationGracePeriodSeconds);
    } else refuseSidecarFields(container, at, errors, context.options);
  });
}

/** What only an init container that stays may have. */
function refuseSidecarFields(container: Container, path: string, errors: FieldError[], options: PodOptions): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[field] === undefined) continue;
    const problem = 'may not be set for init containers without restartPolicy=Always';
    errors.push(forbiddenValue(`${path}.${field}`, problem));
  }
  if (options.restartingInitContainerResize) return;
  container.resizePolicy?.forEach(({ restartPolicy }, i) => {
    if (restartPolicy !== 'RestartContainer') return;
    const problem = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.push(invalidValue(`${path}.resizePolicy[${i}].restartPolicy`, restartPolicy, problem));
  });
}

const forbiddenToEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

export function validateEphemeralContainers(context: ContainerContext, path: string, errors: FieldError[]): void {
  const { spec } = context;
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  (spec.ephemeralContainers ?? []).forEach((container, i) => {
    const at = `${path}[${i}]`;
    validateCommon(container, context, at, errors);
    validateImageBlanks(container, at, errors);
    if (names.has(container.name)) errors.push(duplicateValue(`${at}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target));
    refuseEphemeralFields(container, at, errors);
  });
}

function refuseEphemeralFields(container: EphemeralContainer, path: string, errors: FieldError[]): void {
  const problem = 'cannot be set for an Ephemeral Container';
  for (const field of forbiddenToEphemeral) {
    const value = container[field];
    // `resources` is never nothing, only empty.
    if (value === undefined || (field === 'resources' && Object.keys(value).length === 0)) continue;
    errors.push(forbiddenValue(`${path}.${field}`, problem));
  }
  container.volumeMounts?.forEach((mount, i) => {
    for (const field of ['subPath', 'subPathExpr'] as const) {
      if (mount[field]) errors.push(forbiddenValue(`${path}.volumeMounts[${i}].${field}`, problem));
    }
  });
}

/** Pods are stricter than templates, where a blank image may stand for one to be filled in. */
export function validateImageBlanks({ image = '' }: Container, path: string, errors: FieldError[]): void {
  if (image.trim() === image) return;
  errors.push(invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace'));
}

function validateCommon(container: Container, context: ContainerContext, path: string, errors: FieldError[]): void {
  const { name, image, terminationMessagePolicy: messagePolicy } = container;
  if (!name) errors.push(requiredValue(`${path}.name`));
  else addInvalid(errors, `${path}.name`, name, dnsLabelProblems(name));
  if (!image) errors.push(requiredValue(`${path}.image`));
  if (!messagePolicy) errors.push(requiredValue(`${path}.terminationMessagePolicy`));
  else if (!messagePolicies.includes(messagePolicy)) {
    errors.push(unsupportedValue(`${path}.terminationMessagePolicy`, messagePolicy, messagePolicies));
  }
  if (container.ports !== undefined) validatePorts(container.ports, `${path}.ports`, errors);
  if (container.env !== undefined) validateEnv(container.env, `${path}.env`, errors);
  if (container.envFrom !== undefined) validateEnvFrom(container.envFrom, `${path}.envFrom`, errors);
  validateVolumeMounts(container, context.volumes, `${path}.volumeMounts`, errors);
  validateVolumeDevices(container, context.volumes, `${path}.volumeDevices`, errors);
  validatePullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, errors);
  const { claimNames, options, spec } = context;
  if (container.resources !== undefined) {
    const { indivisibleHugePages } = options;
    validateResources(container.resources, `${path}.resources`, errors, { claimNames, indivisibleHugePages });
  }
  validateResizePolicy(container.resizePolicy ?? [], spec.restartPolicy, `${path}.resizePolicy`, errors);
  if (container.securityContext !== undefined) {
    const hostUsers = spec.hostUsers !== false;
    validateSecurityContext(container.securityContext, `${path}.securityContext`, errors, hostUsers);
  }
}

function validateResizePolicy(
  policies: readonly ContainerResizePolicy[],
  podRestartPolicy: string | undefined,
  path: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  policies.forEach(({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) errors.push(duplicateValue(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    checkOneOf(resourceName, resizeResources, path, errors);
    checkOneOf(restartPolicy, resizePolicies, path, errors);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const problem = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalidValue(path, restartPolicy, problem));
    }
  });
}

export function checkOneOf(value: string, supported: readonly string[], path: string, errors: FieldError[]): void {
  if (value === '') errors.push(requiredValue(path));
  else if (!supported.includes(value)) errors.push(unsupportedValue(path, value, supported));
}

function refuseRulesWithoutPolicy(container: Container, path: string, errors: FieldError[]): void {
  if ((container.restartPolicyRules ?? []).length === 0) return;
  errors.push(requiredValue(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
}

/** A container's own restart policy, and the rules by exit code that refine it. */
function validateRestartPolicy(container: Container, path: string, errors: FieldError[]): void {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  if (policy === undefined) refuseRulesWithoutPolicy(container, path, errors);
  else if (!restartPolicies.includes(policy)) {
    errors.push(unsupportedValue(`${path}.restartPolicy`, policy, restartPolicies));
  }
  if (rules.length > 20) errors.push(tooManyValues(`${path}.restartPolicyRules`, rules.length, 20));
  rules.forEach(({ action = '', exitCodes }, i) => {
    const at = `${path}.restartPolicyRules[${i}]`;
    if (!restartActions.includes(action)) errors.push(unsupportedValue(`${at}.action`, action, restartActions));
    if (exitCodes === undefined) {
      errors.push(requiredValue(`${at}.exitCodes`, 'must be specified'));
      return;
    }
    const { operator = '', values = [] } = exitCodes;
    if (!exitCodeOperators.includes(operator)) {
      errors.push(unsupportedValue(`${at}.exitCodes.operator`, operator, exitCodeOperators));
    }
    if (values.length > 255) errors.push(tooManyValues(`${at}.exitCodes.values`, values.length, 255));
  });
}
