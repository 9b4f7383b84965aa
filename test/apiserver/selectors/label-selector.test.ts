import { describe, expect, it } from 'vitest';
import { StatusError } from '../../../lib/apis/meta/v1/status-error.js';
import { parseLabelSelector } from '../../../lib/apiserver/selectors/label-selector.js';

const objects: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
  prod1: { env: 'prod', tier: '1' },
  dev: { env: 'dev' },
  none: undefined,
  tier2: { tier: '2', env: '' },
};

function selected(selector: string): string {
  const matches = parseLabelSelector(selector) ?? (() => true);
  return Object.keys(objects)
    .filter((name) => matches(objects[name]))
    .join(' ');
}

describe('a label selector selects', () => {
  it.each([
    ['env=prod', 'prod1'],
    ['env==prod', 'prod1'],
    [' env = prod ', 'prod1'],
    ['env!=prod', 'dev none tier2'],
    ['env in (prod, dev)', 'prod1 dev'],
    ['env notin (prod,dev)', 'none tier2'],
    ['env', 'prod1 dev tier2'],
    ['!env', 'none'],
    ['! env', 'none'],
    ['tier>1', 'tier2'],
    ['tier<2', 'prod1'],
    ['env>0', ''],
    ['env=', 'tier2'],
    ['env in ()', 'tier2'],
    ['env in (prod,)', 'prod1 tier2'],
    ['env in (,prod)', 'prod1 tier2'],
    ['env=prod,tier', 'prod1'],
    ['env=prod,', 'error'],
    ['', 'prod1 dev none tier2'],
    ['  ', 'prod1 dev none tier2'],
    ['in in (in)', ''],
    ['constructor', ''],
  ])('%j: %s', (selector, names) => {
    if (names === 'error') expect(() => selected(selector)).toThrow(StatusError);
    else expect(selected(selector)).toBe(names);
  });
});

describe('a label selector is refused', () => {
  const part = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric";
  it.each([
    ['==', "found '==', expected: !, identifier, or 'end of string'"],
    ['l==1=', "found '=', expected: ',' or 'end of string'"],
    ['l===1', "unable to parse requirement: found '=', expected: identifier"],
    ['env=a b', "found 'b', expected: ',' or 'end of string'"],
    ['a b=c', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a,', "found '', expected: identifier after ','"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (=', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (b,', "unable to parse requirement: found '', expected: ',', or identifier"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['-a', `unable to parse requirement: <nil>: Invalid value: "-a": name part ${part}`],
    ['a=b/c', 'unable to parse requirement: values[0][a]: Invalid value: "b/c": a valid label must be'],
  ])('%j', (selector, message) => {
    const refused = (): unknown => parseLabelSelector(selector);
    expect(refused).toThrow(expect.objectContaining({ message: expect.stringContaining(message), code: 400 }));
  });
});
