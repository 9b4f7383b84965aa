import type { LabelSelectorRequirement } from '../../../meta/v1/types.js';
import { labelOf, type Labels } from '../../../meta/v1/label-selector.js';
import type { Affinity, PodAffinity, PodAffinityTerm, TopologySpreadConstraint } from './scheduling.js';
import type { Pod } from './types.js';

/**
 * `matchLabelKeys` and `mismatchLabelKeys` stand for the values that a new pod has for these labels: they become
 * expressions of the selectors beside them.
 */
export function mergeMatchLabelKeys<P extends Pod>(pod: P): P {
  const { affinity, topologySpreadConstraints } = pod.spec;
  if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined && !topologySpreadConstraints) {
    return pod;
  }
  const labels = pod.metadata.labels ?? {};
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(affinity === undefined ? {} : { affinity: mergeAffinity(affinity, labels) }),
      ...(topologySpreadConstraints === undefined
        ? {}
        : { topologySpreadConstraints: topologySpreadConstraints.map((constraint) => merge(constraint, labels)) }),
    },
  };
}

function mergeAffinity(affinity: Affinity, labels: Labels): Affinity {
  const merged = { ...affinity };
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const terms = affinity[kind];
    if (terms !== undefined) Object.assign(merged, { [kind]: mergeTerms(terms, labels) });
  }
  return merged;
}

function mergeTerms(affinity: PodAffinity, labels: Labels): PodAffinity {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    ...affinity,
    ...(required && {
      requiredDuringSchedulingIgnoredDuringExecution: required.map((term) => merge(term, labels)),
    }),
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((weighted) => ({
        ...weighted,
        podAffinityTerm: merge(weighted.podAffinityTerm, labels),
      })),
    }),
  };
}

type Selecting = Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>;

function merge<T extends Selecting | TopologySpreadConstraint>(term: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys } = term as Selecting;
  const added = [...expressions(matchLabelKeys, 'In', labels), ...expressions(mismatchLabelKeys, 'NotIn', labels)];
  if (labelSelector === undefined || added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
}

function expressions(
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Labels,
): LabelSelectorRequirement[] {
  return (keys ?? []).flatMap((key) => {
    const value = labelOf(labels, key);
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}
