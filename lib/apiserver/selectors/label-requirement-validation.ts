import { invalidValue } from '../../apis/meta/v1/field-error.js';
import { labelValueProblems, qualifiedNameProblems } from '../../apis/meta/v1/validation/names.js';
import { parseInt64, type LabelRequirement } from './label-requirement.js';

/** What is wrong with a label selector's key; undefined: nothing. */
export function labelKeyProblem(key: string): string | undefined {
  const problems = qualifiedNameProblems(key);
  // The parser knows no path to the key, and that is how Go prints none.
  return problems.length === 0 ? undefined : problem('<nil>', key, problems.join('; '));
}

/** What is wrong with a requirement's values, several problems in brackets; undefined: nothing. */
export function labelValuesProblem({ key, operator, values }: LabelRequirement): string | undefined {
  const problems = values.flatMap((value, i) => {
    const found = labelValueProblems(value);
    return found.length === 0 ? [] : [problem(`values[${i}][${key}]`, value, found.join('; '))];
  });
  if ((operator === 'gt' || operator === 'lt') && parseInt64(values[0]) === undefined) {
    problems.unshift(problem('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer"));
  }
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0];
}

function problem(field: string, value: unknown, detail: string): string {
  const { message } = invalidValue(field, value, detail);
  return `${field}: ${message}`;
}
