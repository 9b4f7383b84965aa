import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  PrintedValue,
  requiredValue,
  tooLongValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import type { ObjectMeta } from '../../../../meta/v1/types.js';
import { validateLabels } from '../../../../meta/v1/validation/labels.js';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  inclusiveRange,
  qualifiedNameProblems,
  subdomainName,
} from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../../internal-form.js';
import { podResourceClaim, type PodResourceClaim, type PodSpec } from '../types.js';
import { validateAffinity } from './affinity.js';
import { MIRROR_POD } from './annotations.js';
import { allContainers } from './containers-of.js';
import {
  checkOneOf,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
  type ContainerContext,
} from './containers.js';
import { validateDNSConfig, validateHostAliases } from './dns.js';
import { validateFileKeyRefVolumes } from './environment.js';
import { validateHostProcess, validateOS } from './operating-system.js';
import type { PodOptions } from './options.js';
import { validateHostNetworkPorts } from './ports.js';
import { validatePodResources, validateResources } from './resources.js';
import { validatePodSecurityContext } from './security-context.js';
import { validateTolerations } from './tolerations.js';
import { validateTopologySpreadConstraints } from './topology-spread-constraints.js';
import { validateVolumes } from './volumes.js';

export const int32Max = 2_147_483_647;
const hostnameOverrideMax = 64;

const podRestartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];

/** `meta`: of the pod; a template has none to check names by. */
export function validatePodSpec(
  spec: PodSpec,
  meta: ObjectMeta | undefined,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(requiredValue(`${path}.terminationGracePeriodSeconds`));
  }
  const volumes = validateVolumes(spec, meta?.name, `${path}.volumes`, errors, options);
  const claimNames = new Set((spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])));
  validateResourceClaims(spec.resourceClaims ?? [], meta, `${path}.resourceClaims`, errors);
  const context: ContainerContext = { spec, volumes, claimNames, options };
  validateContainers(context, `${path}.containers`, errors);
  validateInitContainers(context, `${path}.initContainers`, errors);
  validateEphemeralContainers(context, `${path}.ephemeralContainers`, errors);
  const { indivisibleHugePages } = options;
  validatePodResources(spec, path, errors, { claimNames, indivisibleHugePages });
  validateHostNetworkPorts(spec, path, options.isPod, errors);
  checkOneOf(spec.restartPolicy ?? '', podRestartPolicies, `${path}.restartPolicy`, errors);
  checkOneOf(spec.dnsPolicy ?? '', dnsPolicies, `${path}.dnsPolicy`, errors);
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors);
  validatePodSecurityContext(spec, path, errors, options);
  if (spec.affinity !== undefined) validateAffinity(spec.affinity, `${path}.affinity`, errors, options);
  validateDNSConfig(spec, `${path}.dnsConfig`, errors);
  validateGates(spec, path, errors);
  const constraints = spec.topologySpreadConstraints ?? [];
  validateTopologySpreadConstraints(constraints, `${path}.topologySpreadConstraints`, errors, options);
  validateHostProcess(spec, path, errors);
  validateHostUsers(spec, path, errors, options);
  validateHostnameOverride(spec, path, errors);
  validateNames(spec, path, errors, options);
  if (spec.overhead !== undefined) {
    const none = { claimNames: new Set<string>(), indivisibleHugePages };
    validateResources({ limits: spec.overhead }, `${path}.overhead`, errors, none);
  }
  validateOS(spec, path, errors);
  validateFileKeyRefVolumes(spec, path, errors);
}

/** The single fields that are names or numbers. */
function validateNames(spec: PodSpec, path: string, errors: FieldError[], options: PodOptions): void {
  checkName(spec.serviceAccountName, `${path}.serviceAccountName`, errors);
  checkName(spec.nodeName, `${path}.nodeName`, errors);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > int32Max)) {
    errors.push(invalidValue(`${path}.activeDeadlineSeconds`, deadline, inclusiveRange(1, int32Max)));
  }
  if (spec.hostname) addInvalid(errors, `${path}.hostname`, spec.hostname, dnsLabelProblems(spec.hostname));
  if (spec.subdomain) addInvalid(errors, `${path}.subdomain`, spec.subdomain, dnsLabelProblems(spec.subdomain));
  validateTolerations(spec.tolerations ?? [], `${path}.tolerations`, errors, options);
  validateHostAliases(spec.hostAliases ?? [], `${path}.hostAliases`, errors);
  checkName(spec.priorityClassName, `${path}.priorityClassName`, errors);
  if (spec.runtimeClassName !== undefined) {
    addInvalid(errors, `${path}.runtimeClassName`, spec.runtimeClassName, subdomainName(spec.runtimeClassName));
  }
  if (spec.preemptionPolicy !== undefined) {
    checkOneOf(spec.preemptionPolicy, preemptionPolicies, `${path}.preemptionPolicy`, errors);
  }
}

function checkName(name: string | undefined, path: string, errors: FieldError[]): void {
  if (name) addInvalid(errors, path, name, subdomainName(name));
}

function validateGates(spec: PodSpec, path: string, errors: FieldError[]): void {
  spec.readinessGates?.forEach(({ conditionType = '' }, i) => {
    const at = `${path}.readinessGates[${i}].conditionType`;
    addInvalid(errors, at, conditionType, qualifiedNameProblems(conditionType));
  });
  const seen = new Set<string>();
  spec.schedulingGates?.forEach(({ name = '' }, i) => {
    const at = `${path}.schedulingGates[${i}]`;
    addInvalid(errors, at, name, qualifiedNameProblems(name));
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    seen.add(name);
  });
}

function validateResourceClaims(
  claims: readonly PodResourceClaim[],
  meta: ObjectMeta | undefined,
  path: string,
  errors: FieldError[],
): void {
  const mirror = meta?.annotations !== undefined && Object.hasOwn(meta.annotations, MIRROR_POD);
  const seen = new Set<string>();
  claims.forEach((claim, i) => {
    // The path of nothing prints as brackets.
    if (mirror) errors.push(forbiddenValue('[]', 'static pods do not support resource claims'));
    else validateResourceClaim(claim, `${path}[${i}]`, errors, seen);
  });
}

function validateResourceClaim(claim: PodResourceClaim, path: string, errors: FieldError[], seen: Set<string>): void {
  const { name, resourceClaimName: claimName, resourceClaimTemplateName: templateName } = claim;
  if (!name) errors.push(requiredValue(`${path}.name`));
  else if (seen.has(name)) errors.push(duplicateValue(`${path}.name`, name));
  else {
    addInvalid(errors, `${path}.name`, name, dnsLabelProblems(name));
    seen.add(name);
  }
  const refuse = (problem: string) => {
    errors.push(invalidValue(path, new PrintedValue(printInternal(podResourceClaim, claim)), problem));
  };
  if (claimName !== undefined && templateName !== undefined) {
    refuse('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  }
  if (claimName === undefined && templateName === undefined) {
    refuse('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  }
  for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    const value = claim[field];
    if (value !== undefined) addInvalid(errors, `${path}.${field}`, value, subdomainName(value));
  }
}

/** With users of its own a pod cannot share the host's other namespaces. */
function validateHostUsers(spec: PodSpec, path: string, errors: FieldError[], options: PodOptions): void {
  if (spec.hostUsers !== false) return;
  const problem = 'when `hostUsers` is false';
  if (spec.hostNetwork === true && !options.hostNetworkInUserNamespace) {
    errors.push(forbiddenValue(`${path}.hostNetwork`, problem));
  }
  if (spec.hostPID === true) errors.push(forbiddenValue(`${path}.HostPID`, problem));
  if (spec.hostIPC === true) errors.push(forbiddenValue(`${path}.HostIPC`, problem));
  if (options.volumeDevicesInUserNamespace) return;
  for (const { container, path: at } of allContainers(spec, path)) {
    if (container.volumeDevices?.length) errors.push(forbiddenValue(`${at}.volumeDevices`, problem));
  }
}

function validateHostnameOverride(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  const { hostnameOverride: name } = spec;
  const path = `${specPath}.hostnameOverride`;
  if (name === undefined) return;
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbiddenValue(path, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (spec.hostNetwork === true) errors.push(forbiddenValue(path, 'may not be specified when hostNetwork is true'));
  if (byteLength(name) > hostnameOverrideMax) errors.push(tooLongValue(path, hostnameOverrideMax));
  addInvalid(errors, path, name, dnsSubdomainProblems(name));
}
