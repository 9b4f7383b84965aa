import { goQuote } from '../../../meta/v1/go-text.js';
import { labelOf } from '../../../meta/v1/label-selector.js';
import { isMappedIPv6, preferredIPv6 } from '../../../meta/v1/validation/ip.js';
import { dnsLabelProblems, labelValueProblems } from '../../../meta/v1/validation/names.js';
import { semanticallyEqual } from '../../../meta/v1/validation/rules.js';
import type { ObjectMeta } from '../../../meta/v1/types.js';
import type { Container, EphemeralContainer } from './containers.js';
import type { NodeSelectorTerm, PodAffinity } from './scheduling.js';
import type { Pod, PodSpec, PodTemplateSpec } from './types.js';
import { APPARMOR_CONTAINER, SECCOMP_CONTAINER, SECCOMP_POD } from './validation/annotations.js';
import { allContainers } from './validation/containers-of.js';
import { APPARMOR_ADVICE, appArmorProfileOf } from './apparmor-annotation.js';
import { portWarnings } from './warnings/ports.js';
import { overlappingPathWarnings } from './warnings/overlapping-paths.js';
import { volumeWarnings } from './warnings/volumes.js';
import { fractionWarnings } from './warnings/fractions.js';

/** What is let in but should be written otherwise: the texts of `Warning` headers for a new pod. */
export function podWarnings(pod: Pod): string[] {
  const { name = '' } = pod.metadata;
  const problems = dnsLabelProblems(name);
  const advice =
    "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [
    ...(problems.length > 0 ? [`metadata.name: ${advice}: [${problems.join(' ')}]`] : []),
    ...specWarnings(pod.spec, pod.metadata, '', false),
  ];
}

/** `path` is the template's. */
export function podTemplateWarnings(template: PodTemplateSpec, path: string): string[] {
  return specWarnings(template.spec ?? { containers: [] }, template.metadata ?? {}, `${path}.`, true);
}

/** `prefix`: the path before `spec` and `metadata`, with its dot. */
function specWarnings(spec: PodSpec, meta: ObjectMeta, prefix: string, isTemplate: boolean): string[] {
  const specPath = `${prefix}spec`;
  return [
    ...nodeLabelWarnings(spec, specPath),
    ...annotationWarnings(meta, `${prefix}metadata.annotations`),
    ...volumeWarnings(spec.volumes ?? [], `${specPath}.volumes`),
    ...overlappingPathWarnings(spec.volumes ?? []),
    ...listWarnings(spec, specPath),
    ...seccompOfPod(spec, meta, prefix),
    ...allContainers(spec, specPath).flatMap(({ container, path }) =>
      containerWarnings(container, path, spec, meta, prefix, isTemplate),
    ),
    ...portWarnings(spec, specPath),
    ...endWarnings(spec, specPath),
  ];
}

const deprecatedLabels = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

const noSelector = 'a null labelSelector results in matching no pod';

function nodeLabelWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key in spec.nodeSelector) {
    const message = deprecatedLabels.get(key);
    if (message !== undefined) warnings.push(`${path}.nodeSelector[${key}]: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const at = `${path}.affinity.nodeAffinity`;
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.forEach((term, i) => {
    const terms = `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    warnings.push(...termWarnings(term, `${terms}[${i}]`, false));
  });
  affinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ preference }, i) => {
    const terms = `${at}.preferredDuringSchedulingIgnoredDuringExecution`;
    warnings.push(...termWarnings(preference ?? {}, `${terms}[${i}].preference`, true));
  });
  spec.topologySpreadConstraints?.forEach(({ topologyKey, labelSelector }, i) => {
    const constraint = `${path}.topologySpreadConstraints[${i}]`;
    const message = deprecatedLabels.get(topologyKey);
    if (message !== undefined) warnings.push(`${constraint}.topologyKey: ${topologyKey} is ${message}`);
    if (labelSelector === undefined) warnings.push(`${constraint}.labelSelector: ${noSelector}`);
  });
  return warnings;
}

function termWarnings(term: NodeSelectorTerm, path: string, checkValues: boolean): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values = [] }, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    const message = deprecatedLabels.get(key);
    const ofKey = message === undefined ? [] : [`${at}.key: ${key} is ${message}`];
    const ofValues = (value: string, j: number) =>
      labelValueProblems(value).map((problem) => `${at}.values[${j}]: ${value} is invalid, ${problem}`);
    return checkValues ? [...ofKey, ...values.flatMap(ofValues)] : ofKey;
  });
}

const sysctlsAdvice = 'non-functional in v1.11+; use the "sysctls" field instead';
const deprecatedAnnotations = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', sysctlsAdvice],
  ['security.alpha.kubernetes.io/unsafe-sysctls', sysctlsAdvice],
] as const;

function annotationWarnings({ annotations = {} }: ObjectMeta, path: string): string[] {
  return deprecatedAnnotations
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(([key, message]) => `${path}[${key}]: ${message}`);
}

function listWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const ips = new Set<string>();
  spec.hostAliases?.forEach(({ ip = '' }, i) => {
    if (ips.has(ip)) warnings.push(`${path}.hostAliases[${i}].ip: duplicate ip ${goQuote(ip)}`);
    ips.add(ip);
  });
  const secrets = new Set<string>();
  spec.imagePullSecrets?.forEach(({ name = '' }, i) => {
    if (secrets.has(name)) warnings.push(`${path}.imagePullSecrets[${i}].name: duplicate name ${goQuote(name)}`);
    secrets.add(name);
  });
  spec.imagePullSecrets?.forEach(({ name = '' }, i) => {
    if (name === '') warnings.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`);
  });
  for (const resource of ['memory', 'ephemeral-storage']) {
    warnings.push(...fractionWarnings(spec.overhead?.[resource], `${path}.overhead[${resource}]`));
  }
  return warnings;
}

const seccompAdvice = 'non-functional in v1.27+; use the "seccompProfile" field instead';

function seccompOfPod(spec: PodSpec, { annotations = {} }: ObjectMeta, prefix: string): string[] {
  if (spec.securityContext?.seccompProfile !== undefined || !Object.hasOwn(annotations, SECCOMP_POD)) return [];
  return [`${prefix}metadata.annotations[${SECCOMP_POD}]: ${seccompAdvice}`];
}

function containerWarnings(
  container: Container | EphemeralContainer,
  path: string,
  spec: PodSpec,
  { annotations = {} }: ObjectMeta,
  prefix: string,
  isTemplate: boolean,
): string[] {
  const warnings: string[] = [];
  const { securityContext, resources } = container;
  const seccomp = SECCOMP_CONTAINER + container.name;
  if (securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, seccomp)) {
    warnings.push(`${prefix}metadata.annotations[${seccomp}]: ${seccompAdvice}`);
  }
  const appArmor = APPARMOR_CONTAINER + container.name;
  const annotation = labelOf(annotations, appArmor);
  if (isTemplate && securityContext?.appArmorProfile === undefined && annotation !== undefined) {
    const ofPod = spec.securityContext?.appArmorProfile;
    if (ofPod === undefined || !semanticallyEqual(ofPod, appArmorProfileOf(annotation))) {
      warnings.push(`${prefix}metadata.annotations[${appArmor}]: ${APPARMOR_ADVICE}`);
    }
  }
  for (const resource of ['memory', 'ephemeral-storage']) {
    for (const list of ['limits', 'requests'] as const) {
      warnings.push(...fractionWarnings(resources?.[list]?.[resource], `${path}.resources.${list}[${resource}]`));
    }
  }
  return [...warnings, ...environmentWarnings(container, path)];
}

function environmentWarnings({ env = [] }: Container | EphemeralContainer, path: string): string[] {
  const names = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const again = names.has(name);
    names.add(name);
    // A value that extends the earlier one (`$(PATH):/more`) means to.
    const extendsEarlier = value.includes(`$(${name})`) && value !== `$(${name})`;
    if (!again || (valueFrom === undefined && extendsEarlier)) return [];
    const problem = `hides previous definition of ${goQuote(name)}, which may be dropped when using apply`;
    return [`${path}.env[${i}]: ${problem}`];
  });
}

function endWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const problem = 'must be >= 0; negative values are invalid and will be treated as 1';
    warnings.push(`${path}.terminationGracePeriodSeconds: ${problem}`);
  }
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    warnings.push(...affinityWarnings(spec.affinity?.[kind], `${path}.affinity.${kind}`));
  }
  spec.dnsConfig?.nameservers?.forEach((ip, i) => {
    warnings.push(...ipWarnings(ip, `${path}.dnsConfig.nameservers[${i}]`));
  });
  spec.hostAliases?.forEach(({ ip = '' }, i) => warnings.push(...ipWarnings(ip, `${path}.hostAliases[${i}].ip`)));
  return warnings;
}

function affinityWarnings(affinity: PodAffinity | undefined, path: string): string[] {
  const warnings: string[] = [];
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.forEach(({ labelSelector }, i) => {
    if (labelSelector !== undefined) return;
    warnings.push(`${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${noSelector}`);
  });
  affinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ podAffinityTerm }, i) => {
    if (podAffinityTerm?.labelSelector !== undefined) return;
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`;
    warnings.push(`${at}.labelSelector: ${noSelector}`);
  });
  return warnings;
}

/** Nothing but addresses is looked at when a pod's status is written. */
export function podStatusWarnings({ status }: Pod): string[] {
  return (['podIPs', 'hostIPs'] as const).flatMap((list) =>
    (status[list] ?? []).flatMap(({ ip = '' }, i) => ipWarnings(ip, `status.${list}[${i}].ip`)),
  );
}

/** Addresses in a spelling that programs compare wrongly. */
function ipWarnings(ip: string, path: string): string[] {
  const preferred = isMappedIPv6(ip) ? undefined : preferredIPv6(ip);
  if (preferred === undefined) return [];
  return [`${path}: IPv6 address ${goQuote(ip)} should be in RFC 5952 canonical format (${goQuote(preferred)})`];
}
