import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  PrintedValue,
  requiredValue,
  tooLongValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength, goJson } from '../../../../meta/v1/go-text.js';
import { ipFamily, ipProblems } from '../../../../meta/v1/validation/ip.js';
import {
  dnsLabelProblems,
  idProblems,
  qualifiedNameProblems,
  subdomainName,
} from '../../../../meta/v1/validation/names.js';
import { addInvalid, checkImmutable } from '../../../../meta/v1/validation/rules.js';
import type { Container } from '../containers.js';
import type { ContainerStatus, PodStatus } from '../status.js';
import type { Pod, PodSpec } from '../types.js';
import { mayLeaveTermination, restartsAllContainers } from './restarts.js';

const wellKnownConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);
const healthValues = ['Healthy', 'Unhealthy', 'Unknown'];
const healthMessageMax = 1024;

/** What may be written to the status of a pod whose status was `previous`. */
export function validatePodStatusChange(next: Pod, previous: Pod, errors: FieldError[]): void {
  const { status, spec } = next;
  const before = previous.status;
  validateConditions(status, errors);
  validateNominatedNode(next, previous, errors);
  if ((status.observedGeneration ?? 0) < 0) {
    const problem = 'must be a non-negative integer';
    errors.push(invalidValue('status.observedGeneration', status.observedGeneration, problem));
  }
  checkImmutable(status.qosClass ?? '', before.qosClass ?? '', 'status.qosClass', errors);
  validateTransitions(next, previous, errors);
  validateClaimStatuses(status, spec, errors);
  validateExtendedClaim(status, spec, errors);
  validateIPs(status.podIPs, before.podIPs, 'status.podIPs', errors);
  if (status.hostIPs?.length && (status.hostIP ?? '') !== (status.hostIPs[0]?.ip ?? '')) {
    errors.push(invalidValue('status.hostIPs[0].ip', status.hostIPs[0]?.ip ?? '', 'must be equal to `hostIP`'));
  }
  validateIPs(status.hostIPs, before.hostIPs, 'status.hostIPs', errors);
  validateContainerStatuses(status, spec, errors);
}

function validateConditions(status: PodStatus, errors: FieldError[]): void {
  status.conditions?.forEach(({ type = '', observedGeneration = 0 }, i) => {
    const at = `status.conditions[${i}]`;
    if (observedGeneration < 0) {
      errors.push(invalidValue(`${at}.observedGeneration`, observedGeneration, 'must be a non-negative integer'));
    }
    if (!wellKnownConditions.has(type)) addInvalid(errors, `${at}.Type`, type, qualifiedNameProblems(type));
  });
}

function validateNominatedNode(next: Pod, previous: Pod, errors: FieldError[]): void {
  const path = 'status.nominatedNodeName';
  const name = next.status.nominatedNodeName;
  if (!name || name === previous.status.nominatedNodeName) return;
  addInvalid(errors, path, name, subdomainName(name));
  if (previous.spec.nodeName) {
    errors.push(forbiddenValue(path, 'may not be set on pods that are already bound to a node'));
  }
}

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

/** A container that has ended begins again only if its restart policy says so. */
function validateTransitions(next: Pod, previous: Pod, errors: FieldError[]): void {
  const { spec } = previous;
  if (!restartsAllContainers(spec)) {
    checkTransitions(next, previous, 'containerStatuses', spec.containers ?? [], errors);
    checkTransitions(next, previous, 'initContainerStatuses', spec.initContainers ?? [], errors);
  }
  checkTransitions(next, previous, 'ephemeralContainerStatuses', [], errors);
}

function checkTransitions(
  next: Pod,
  previous: Pod,
  list: StatusList,
  containers: readonly Container[],
  errors: FieldError[],
): void {
  previous.status[list]?.forEach(({ name, state }, i) => {
    const ended = state?.terminated;
    const now = next.status[list]?.find((status) => status.name === name && status.state?.terminated === undefined);
    if (ended === undefined || now === undefined) return;
    const container = containers.find((candidate) => candidate.name === name);
    if (container !== undefined && mayLeaveTermination(container, previous.spec, ended.exitCode ?? 0)) return;
    errors.push(forbiddenValue(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'));
  });
}

function validateClaimStatuses(status: PodStatus, spec: PodSpec, errors: FieldError[]): void {
  const seen = new Set<string>();
  status.resourceClaimStatuses?.forEach(({ name = '', resourceClaimName }, i) => {
    const at = `status.resourceClaimStatuses[${i}]`;
    if (!(spec.resourceClaims ?? []).some((claim) => claim.name === name)) {
      const problem = 'must match the name of an entry in `spec.resourceClaims`';
      errors.push(invalidValue(`${at}.name`, name, problem));
    }
    if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    if (resourceClaimName !== undefined) {
      addInvalid(errors, `${at}.resourceClaimName`, resourceClaimName, subdomainName(resourceClaimName));
    }
  });
}

function validateExtendedClaim(status: PodStatus, spec: PodSpec, errors: FieldError[]): void {
  const claim = status.extendedResourceClaimStatus;
  if (claim === undefined) return;
  const path = 'status.extendedResourceClaimStatus';
  const mappings = claim.requestMappings ?? [];
  if (mappings.length === 0) {
    errors.push(requiredValue(`${path}.requestMappings`, 'at least one request mapping is required'));
  }
  const seen = new Set<string>();
  mappings.forEach(({ containerName = '', resourceName = '', requestName = '' }, i) => {
    const at = `${path}.requestMappings[${i}]`;
    checkMapping(containerName, resourceName, at, spec, errors);
    addInvalid(errors, `${path}.requestName`, requestName, dnsLabelProblems(requestName));
    const key = goJson([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      errors.push(duplicateValue(`${at}.containerName`, containerName));
      errors.push(duplicateValue(`${at}.resourceName`, resourceName));
      errors.push(duplicateValue(`${at}.requestName`, requestName));
    }
    seen.add(key);
  });
  if (!claim.resourceClaimName) errors.push(requiredValue(`${path}.resourceClaimName`));
  else addInvalid(errors, `${path}.resourceClaimName`, claim.resourceClaimName, subdomainName(claim.resourceClaimName));
}

function checkMapping(
  containerName: string,
  resource: string,
  path: string,
  spec: PodSpec,
  errors: FieldError[],
): void {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const container = containers.findLast(({ name }) => name === containerName);
  if (container === undefined) {
    const problem = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
    errors.push(invalidValue(`${path}.containerName`, containerName, problem));
  } else if (container.resources?.requests?.[resource] === undefined) {
    const problem =
      'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
    errors.push(invalidValue(`${path}.resourceName`, resource, problem));
  }
}

type IPs = PodStatus['podIPs'];

/** At most one address of each family; what is new must be well formed. */
function validateIPs(next: IPs, previous: IPs, path: string, errors: FieldError[]): void {
  const known = new Set(previous?.map(({ ip }) => ip));
  const addresses = (next ?? []).map(({ ip = '' }) => ip);
  addresses.forEach((ip, i) => {
    if (!known.has(ip)) addInvalid(errors, `${path}[${i}]`, ip, ipProblems(ip));
  });
  if (addresses.length < 2) return;
  const families = addresses.map(ipFamily);
  const broken = families.findIndex((family) => family === undefined);
  if (broken >= 0) {
    const problem = `failed to check for dual stack with error:invalid IP[${broken}]: ${addresses[broken]}`;
    errors.push({ field: path, reason: 'InternalError', message: `Internal error: ${problem}` });
  }
  if (broken >= 0 || addresses.length > 2 || families[0] === families[1]) {
    const printed = new PrintedValue(goJson(addresses.map((IP) => ({ IP }))));
    errors.push(invalidValue(path, printed, 'may specify no more than one IP for each IP family'));
  }
}

function validateContainerStatuses(status: PodStatus, spec: PodSpec, errors: FieldError[]): void {
  const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
  for (const list of lists) {
    status[list]?.forEach((one, i) => validateUser(one, spec.os?.name ?? 'linux', `status.${list}[${i}]`, errors));
  }
  for (const [list, containers] of [
    ['containerStatuses', spec.containers],
    ['initContainerStatuses', spec.initContainers],
  ] as const) {
    status[list]?.forEach((one, i) => validateAllocated(one, containers ?? [], `status.${list}[${i}]`, errors));
  }
  status.ephemeralContainerStatuses?.forEach(({ allocatedResourcesStatus = [] }, i) => {
    if (allocatedResourcesStatus.length === 0) return;
    const path = `status.ephemeralContainerStatuses[${i}].allocatedResourcesStatus`;
    errors.push(forbiddenValue(path, 'must not be specified in container status'));
  });
}

function validateUser({ user }: ContainerStatus, os: string, path: string, errors: FieldError[]): void {
  const at = `${path}.user.linux`;
  if (user?.linux === undefined) return;
  if (os === 'windows') errors.push(forbiddenValue(at, 'cannot be set for a windows pod'));
  if (os !== 'linux') return;
  const { uid = 0, gid = 0, supplementalGroups = [] } = user.linux;
  addInvalid(errors, `${at}.uid`, uid, idProblems(uid));
  addInvalid(errors, `${at}.gid`, gid, idProblems(gid));
  supplementalGroups.forEach((id, i) => addInvalid(errors, `${at}.supplementalGroups[${i}]`, id, idProblems(id)));
}

function validateAllocated(
  status: ContainerStatus,
  containers: readonly Container[],
  path: string,
  errors: FieldError[],
): void {
  const container = containers.find(({ name }) => name === status.name);
  status.allocatedResourcesStatus?.forEach(({ name = '', resources = [] }, i) => {
    const at = `${path}.allocatedResourcesStatus[${i}]`;
    if (container !== undefined) checkAllocatedName(name, container, `${at}.name`, errors);
    const seen = new Set<string>();
    resources.forEach(({ health = '', message, resourceID = '' }, j) => {
      const of = `${at}.resources[${j}]`;
      if (!healthValues.includes(health)) errors.push(unsupportedValue(`${of}.health`, health, healthValues));
      if (message === '') errors.push(requiredValue(`${of}.message`, 'must be non-empty if specified'));
      else if (byteLength(message ?? '') > healthMessageMax)
        errors.push(tooLongValue(`${of}.message`, healthMessageMax));
      if (seen.has(resourceID)) errors.push(duplicateValue(`${of}.resourceID`, resourceID));
      seen.add(resourceID);
    });
  });
}

function checkAllocatedName(name: string, container: Container, path: string, errors: FieldError[]): void {
  if (name.startsWith('claim:')) {
    const claims = container.resources?.claims ?? [];
    if (claims.some((claim) => name === `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`)) return;
    const forms = "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
    errors.push(invalidValue(path, name, `must match one of the container's resource claims in a format ${forms}`));
  } else if (container.resources?.requests?.[name] === undefined) {
    errors.push(invalidValue(path, name, "must match one of the container's resource requests"));
  }
}
