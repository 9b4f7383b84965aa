import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../meta/v1/field-error.js';
import { validateLabelName, validateLabelSelector } from '../../../../meta/v1/validation/labels.js';
import { labelName, labelValueProblems, subdomainName } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type {
  Affinity,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../scheduling.js';
import type { PodOptions } from './options.js';
import { validateMatchLabelKeys } from './topology-spread-constraints.js';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity, path: string, errors: FieldError[], options: PodOptions): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity !== undefined) validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`, errors, options);
  if (podAffinity !== undefined) validatePodAffinity(podAffinity, `${path}.podAffinity`, errors, options);
  if (podAntiAffinity !== undefined) validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`, errors, options);
}

function validateNodeAffinity(affinity: NodeAffinity, path: string, errors: FieldError[], options: PodOptions): void {
  const selector = affinity[required];
  if (selector !== undefined) {
    const at = `${path}.${required}.nodeSelectorTerms`;
    const terms = selector.nodeSelectorTerms ?? [];
    if (terms.length === 0) errors.push(requiredValue(at, 'must have at least one node selector term'));
    terms.forEach((term, i) => validateNodeTerm(term, `${at}[${i}]`, errors, !options.invalidNodeAffinityValues));
  }
  affinity[preferred]?.forEach((term, i) => {
    const at = `${path}.${preferred}[${i}]`;
    checkWeight(term.weight, `${at}.weight`, errors);
    // A preference that no node can satisfy does no harm.
    validateNodeTerm(term.preference ?? {}, `${at}.preference`, errors, false);
  });
}

function checkWeight(weight: number | undefined, path: string, errors: FieldError[]): void {
  const value = weight ?? 0;
  if (value < 1 || value > 100) errors.push(invalidValue(path, value, 'must be in the range 1-100'));
}

function validateNodeTerm(term: NodeSelectorTerm, path: string, errors: FieldError[], checkValues: boolean): void {
  term.matchExpressions?.forEach((requirement, i) => {
    validateExpression(requirement, `${path}.matchExpressions[${i}]`, errors, checkValues);
  });
  term.matchFields?.forEach((requirement, i) => {
    validateFieldRequirement(requirement, `${path}.matchFields[${i}]`, errors);
  });
}

function validateExpression(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  path: string,
  errors: FieldError[],
  checkValues: boolean,
): void {
  const problem = valuesProblem(operator, values.length);
  if (problem !== undefined) errors.push(problem(`${path}.values`, `${path}.operator`));
  validateLabelName(key, `${path}.key`, errors);
  if (!checkValues) return;
  values.forEach((value, i) => addInvalid(errors, `${path}.values[${i}]`, value, labelValueProblems(value)));
}

type Problem = (valuesPath: string, operatorPath: string) => FieldError;

function valuesProblem(operator: string | undefined, count: number): Problem | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count > 0) return undefined;
      return (path) => requiredValue(path, "must be specified when `operator` is 'In' or 'NotIn'");
    case 'Exists':
    case 'DoesNotExist':
      if (count === 0) return undefined;
      return (path) => forbiddenValue(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    case 'Gt':
    case 'Lt':
      if (count === 1) return undefined;
      return (path) => requiredValue(path, "must be specified single value when `operator` is 'Lt' or 'Gt'");
    default:
      return (_, path) => invalidValue(path, operator ?? '', 'not a valid selector operator');
  }
}

/** The only field of a node that can be selected by is its name. */
function validateFieldRequirement(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  path: string,
  errors: FieldError[],
): void {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const problem = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(requiredValue(`${path}.values`, problem));
  }
  if (key !== 'metadata.name') errors.push(invalidValue(`${path}.key`, key, 'not a valid field selector key'));
  else values.forEach((value, i) => addInvalid(errors, `${path}.values[${i}]`, value, subdomainName(value)));
}

function validatePodAffinity(affinity: PodAffinity, path: string, errors: FieldError[], options: PodOptions): void {
  affinity[required]?.forEach((term, i) => validatePodTerm(term, `${path}.${required}[${i}]`, errors, options));
  affinity[preferred]?.forEach(({ weight, podAffinityTerm }, i) => {
    const at = `${path}.${preferred}[${i}]`;
    checkWeight(weight, `${at}.weight`, errors);
    validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`, errors, options);
  });
}

function validatePodTerm(
  term: PodAffinityTerm | undefined,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  const {
    labelSelector,
    namespaceSelector,
    namespaces,
    matchLabelKeys,
    mismatchLabelKeys,
    topologyKey = '',
  } = term ?? ({} as Partial<PodAffinityTerm>);
  const selectorOptions = { allowInvalidLabelValues: options.invalidSelectorValues };
  validateLabelSelector(labelSelector, `${path}.labelSelector`, errors, selectorOptions);
  validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors, selectorOptions);
  for (const name of namespaces ?? []) addInvalid(errors, `${path}.namespace`, name, labelName(name));
  validateMatchLabelKeys(path, matchLabelKeys, mismatchLabelKeys, labelSelector, errors);
  if (topologyKey === '') errors.push(requiredValue(`${path}.topologyKey`, 'can not be empty'));
  validateLabelName(topologyKey, `${path}.topologyKey`, errors);
}
