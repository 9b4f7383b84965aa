import { labelOf, type Labels } from '../../apis/meta/v1/label-selector.js';

export type LabelOperator = 'in' | 'notin' | 'exists' | '!' | '=' | '==' | '!=' | 'gt' | 'lt';

/** One term of a label selector in a query: `env in (prod,dev)`, `tier>1`, `!done`. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** One for comparisons, none for `exists` and `!`, at least one for `in` and `notin`. */
  readonly values: readonly string[];
}

export function satisfiesAll(requirements: readonly LabelRequirement[], labels: Labels = {}): boolean {
  return requirements.every((requirement) => satisfies(requirement, labelOf(labels, requirement.key)));
}

function satisfies({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'gt':
    case 'lt':
      return compares(operator, parseInt64(value), parseInt64(values[0]));
    default:
      return value !== undefined && values.includes(value);
  }
}

/** A label that is no integer is neither greater nor less than anything. */
function compares(operator: 'gt' | 'lt', left: bigint | undefined, right: bigint | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return operator === 'gt' ? left > right : left < right;
}

const int64Max = 2n ** 63n - 1n;

/** A decimal 64-bit integer with an optional sign; undefined for any other text. */
export function parseInt64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > int64Max || value < -int64Max - 1n ? undefined : value;
}
