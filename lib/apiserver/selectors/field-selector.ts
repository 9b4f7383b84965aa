import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import { selectableFieldsOf } from './selectable-fields.js';

export interface FieldSelector {
  readonly matches: (object: KubeObject) => boolean;
  /** The value of a term `metadata.name=…`: at most the one object of that name matches. */
  readonly name?: string;
}

interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/**
 * Parses the query parameter `fieldSelector`: terms `field=value`, `field==value` or `field!=value` joined by commas,
 * all of which must hold. Undefined: everything matches. Throws a 400 for what is no selector and for fields the kind
 * cannot be selected by.
 */
export function parseFieldSelector(kind: Kind, selector: string | null | undefined): FieldSelector | undefined {
  if (!selector) return undefined;
  const terms = splitTerms(selector)
    .toSorted()
    .filter((term) => term !== '')
    .map((term) => parseTerm(selector, term));
  if (terms.length === 0) return undefined;
  return selectorOf(kind, terms);
}

function selectorOf(kind: Kind, terms: readonly FieldTerm[]): FieldSelector {
  const { valueOf, refusal } = selectableFieldsOf(kind);
  for (const { field } of terms) {
    if (valueOf(field) === undefined) throw badRequest(refusal(field));
  }
  const tests = terms.map(({ field, value, negated }) => {
    const read = valueOf(field)!;
    return (object: KubeObject) => (read(object) === value) !== negated;
  });
  const name = terms.find((term) => term.field === 'metadata.name' && !term.negated)?.value;
  return { matches: (object) => tests.every((test) => test(object)), ...(name === undefined ? {} : { name }) };
}

/** Splits at commas that no backslash precedes. */
function splitTerms(selector: string): readonly string[] {
  return selector.match(/(?:\\[^]|\\$|[^\\,])+/g) ?? [];
}

function parseTerm(selector: string, term: string): FieldTerm {
  const match = /^([^]*?)(!=|==|=)([^]*)$/.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field, operator, value] = match as unknown as [string, string, string, string];
  return { field, value: unescape(value), negated: operator === '!=' };
}

function unescape(value: string): string {
  return value.replace(/\\(.?)|[,=]/gsu, (text, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw badRequest(`invalid field selector: unescaped character in value: ${text.codePointAt(0)}`);
    }
    if (!['\\', ',', '='].includes(escaped)) {
      throw badRequest(`invalid field selector: invalid escape sequence: ${text}`);
    }
    return escaped;
  });
}
