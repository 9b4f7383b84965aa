import { validateLabelSelector } from '../../../../meta/v1/validation/labels.js';
import { labelValueProblems } from '../../../../meta/v1/validation/names.js';
import type { FieldError } from '../../../../meta/v1/field-error.js';
import type { Labels } from '../../../../meta/v1/label-selector.js';
import type { PodAffinityTerm } from '../scheduling.js';
import type { PodSpec } from '../types.js';
import { allContainers } from './containers-of.js';
import { deletionCostIsInteger } from './deletion-cost.js';
import { isHugePages, isMultipleOfPage } from './resource-names.js';
import { validateLocalPath } from './paths.js';
import type { PodOptions } from './options.js';
import { sysctlConflict } from './sysctls.js';
import { validateMatchLabelKeys } from './topology-spread-constraints.js';

/** The options for a change of `previous`. */
export function changedPodOptions(isPod: boolean, previous: PodSpec, annotations: Labels | undefined): PodOptions {
  return {
    isPod,
    invalidDeletionCost: !deletionCostIsInteger(annotations),
    invalidSelectorValues: podAffinityTerms(previous).some(hasInvalidSelector),
    invalidNodeAffinityValues: hasInvalidNodeAffinityValue(previous),
    invalidSpreadSelector: hasErrors((errors) => checkSpreadSelectors(previous, errors)),
    legacyMatchLabelKeys: hasErrors((errors) => checkSpreadKeys(previous, errors)),
    indivisibleHugePages: hasIndivisibleHugePages(previous),
    nonLocalTokenPath: hasErrors((errors) => checkTokenPaths(previous, errors)),
    hostSysctls: (previous.securityContext?.sysctls ?? []).some(
      ({ name }) => sysctlConflict(name, previous) !== undefined,
    ),
    anySELinuxChangePolicy: previous.securityContext?.seLinuxChangePolicy !== undefined,
    volumeDevicesInUserNamespace: previous.hostUsers === false && usesVolumeDevices(previous),
    hostNetworkInUserNamespace: previous.hostUsers === false && previous.hostNetwork === true,
    restartingInitContainerResize: resizesInitContainerByRestart(previous),
    tolerationComparisons: (previous.tolerations ?? []).some(({ operator }) => operator === 'Lt' || operator === 'Gt'),
  };
}

function hasErrors(check: (errors: FieldError[]) => void): boolean {
  const errors: FieldError[] = [];
  check(errors);
  return errors.length > 0;
}

function podAffinityTerms({ affinity }: PodSpec): PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((terms) => [
    ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
  ]);
}

function hasInvalidSelector(term: PodAffinityTerm): boolean {
  return hasErrors((errors) => {
    validateLabelSelector(term.labelSelector, '', errors);
    validateLabelSelector(term.namespaceSelector, '', errors);
  });
}

function hasInvalidNodeAffinityValue({ affinity }: PodSpec): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const values = terms.flatMap((term) =>
    (term.matchExpressions ?? []).flatMap((requirement) => requirement.values ?? []),
  );
  return values.some((value) => labelValueProblems(value).length > 0);
}

function checkSpreadSelectors(spec: PodSpec, errors: FieldError[]): void {
  for (const { labelSelector } of spec.topologySpreadConstraints ?? [])
    validateLabelSelector(labelSelector, '', errors);
}

function checkSpreadKeys(spec: PodSpec, errors: FieldError[]): void {
  for (const { matchLabelKeys, labelSelector } of spec.topologySpreadConstraints ?? []) {
    validateMatchLabelKeys('', matchLabelKeys, undefined, labelSelector, errors);
  }
}

function hasIndivisibleHugePages(spec: PodSpec): boolean {
  const lists = allContainers(spec, '').flatMap(({ container: { resources } }) => [
    resources?.limits,
    resources?.requests,
  ]);
  return [...lists, spec.overhead].some((list) =>
    Object.entries(list ?? {}).some(([name, amount]) => isHugePages(name) && !isMultipleOfPage(name, amount)),
  );
}

function checkTokenPaths(spec: PodSpec, errors: FieldError[]): void {
  for (const { projected } of spec.volumes ?? []) {
    for (const { serviceAccountToken } of projected?.sources ?? []) {
      if (serviceAccountToken !== undefined) validateLocalPath(serviceAccountToken.path, '', errors);
    }
  }
}

function usesVolumeDevices(spec: PodSpec): boolean {
  return allContainers(spec, '').some(({ container }) => (container.volumeDevices ?? []).length > 0);
}

function resizesInitContainerByRestart(spec: PodSpec): boolean {
  return (spec.initContainers ?? []).some(
    ({ restartPolicy, resizePolicy = [] }) =>
      restartPolicy !== 'Always' && resizePolicy.some((policy) => policy.restartPolicy === 'RestartContainer'),
  );
}
