import type { Labels } from '../../apis/meta/v1/label-selector.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import { satisfiesAll, type LabelOperator, type LabelRequirement } from './label-requirement.js';
import { labelKeyProblem, labelValuesProblem } from './label-requirement-validation.js';
import { tokenize, type Token } from './label-tokens.js';

export type LabelMatcher = (labels: Labels | undefined) => boolean;

/**
 * Parses the query parameter `labelSelector`: terms joined by commas, all of which must hold. Undefined: everything
 * matches. Throws a 400 in the words of Kubernetes' own parser.
 */
export function parseLabelSelector(selector: string | null | undefined): LabelMatcher | undefined {
  if (!selector) return undefined;
  const requirements = new LabelSelectorParser(tokenize(selector)).parse();
  return requirements.length === 0 ? undefined : (labels) => satisfiesAll(requirements, labels);
}

const operators: { readonly [text: string]: LabelOperator } = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/** A recursive descent over the tokens; `in` and `notin` are ordinary words wherever no operator is expected. */
class LabelSelectorParser {
  private position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): readonly LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    while (this.peek().type !== 'end') {
      if (!this.startsTerm()) throw this.found("expected: !, identifier, or 'end of string'");
      requirements.push(this.term());
      if (this.peek().type === 'end') break;
      if (this.peek().type !== ',') throw this.found("expected: ',' or 'end of string'");
      this.next();
      if (!this.startsTerm()) throw this.found("expected: identifier after ','");
    }
    return requirements;
  }

  private term(): LabelRequirement {
    try {
      const requirement = this.requirement();
      refuse(labelValuesProblem(requirement));
      return requirement;
    } catch (error) {
      throw badRequest(`unable to parse requirement: ${(error as Error).message}`);
    }
  }

  private requirement(): LabelRequirement {
    const negated = this.peek().type === '!';
    if (negated) this.next();
    if (this.peek().type !== 'word') throw this.found('expected: identifier');
    const key = this.next().text;
    refuse(labelKeyProblem(key));
    const alone = this.peek().type === 'end' || this.peek().type === ',';
    if (negated || alone) return { key, operator: negated ? '!' : 'exists', values: [] };
    const operator = this.operator();
    const values = operator === 'in' || operator === 'notin' ? this.values() : [this.exactValue()];
    return { key, operator, values };
  }

  private operator(): LabelOperator {
    const operator = operators[this.peek().text];
    if (operator === undefined) throw this.found('expected: in, notin, =, ==, !=, gt, lt');
    this.next();
    return operator;
  }

  private exactValue(): string {
    const { type } = this.peek();
    if (type === 'end' || type === ',') return '';
    if (type !== 'word') throw this.found('expected: identifier');
    return this.next().text;
  }

  /** `(a,b)`; nothing before, between or after commas, or at all, is the empty value. */
  private values(): readonly string[] {
    if (this.peek().type !== '(') throw this.found("expected: '('", '');
    this.next();
    const { type } = this.peek();
    if (type !== 'word' && type !== ',' && type !== ')') throw this.found("expected: ',', ')' or identifier");
    const values = new Set<string>();
    for (;;) {
      values.add(this.peek().type === 'word' ? this.next().text : '');
      if (this.peek().type === ')') break;
      if (this.peek().type !== ',') throw this.unfinishedValues();
      this.next();
    }
    this.next();
    return [...values].toSorted();
  }

  private unfinishedValues(): Error {
    const afterComma = this.tokens[this.position - 1]!.type === ',';
    return this.found(afterComma ? "expected: ',', or identifier" : "expected: ',' or ')'");
  }

  private startsTerm(): boolean {
    return this.peek().type === 'word' || this.peek().type === '!';
  }

  private peek(): Token {
    return this.tokens[this.position]!;
  }

  private next(): Token {
    return this.tokens[this.position++]!;
  }

  private found(expected: string, separator = ','): Error {
    return badRequest(`found '${this.peek().text}'${separator} ${expected}`);
  }
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw badRequest(problem);
}
