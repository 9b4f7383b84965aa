import { describe, expect, it } from 'vitest';
import { JsonNumber, JsonSyntaxError, parseJson } from '../../../../lib/apis/meta/v1/json.js';

describe('parseJson', () => {
  it.each([
    '{}',
    '[]',
    'null',
    ' { "a" : [ 1 , -2.5 , true , false , null , "x" ] } ',
    '{"a":"\\u00e9\\n\\"\\\\\\/ \\ud83d\\ude80 🚀","":{"b":[[[]]]}}',
    '{"constructor":1,"toString":{"__proto__":2}}',
    '[0,123456789012345,0.1,1e+21]',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseJson(text).value).toEqual(JSON.parse(text));
    expect(parseJson(text).duplicateKeys.size).toBe(0);
  });

  it('keeps the spelling of numbers that JavaScript would print otherwise, and still writes them as numbers', () => {
    const { value } = parseJson('[2.0,1e3,-0,9223372036854775807,1.50]');
    const numbers = value as JsonNumber[];
    expect(numbers.every((each) => each instanceof JsonNumber)).toBe(true);
    expect(numbers.map((each) => each.text)).toEqual(['2.0', '1e3', '-0', '9223372036854775807', '1.50']);
    expect(JSON.stringify(numbers.slice(0, 2))).toBe('[2,1000]');
  });

  it('replaces half a surrogate pair, as Kubernetes does', () => {
    expect(parseJson('"a\\ud800b"').value).toBe('a\ufffdb');
  });

  it('names the keys an object has twice, once each, and keeps the last value', () => {
    const { value, duplicateKeys } = parseJson('{"a":1,"b":{"c":1,"c":2,"c":3},"a":4}');
    expect(value).toEqual({ a: 4, b: { c: 3 } });
    expect(duplicateKeys.get(value as object)).toEqual(['a']);
    expect(duplicateKeys.get((value as { b: object }).b)).toEqual(['c']);
  });

  it('does not let a key change what an object is', () => {
    const { value } = parseJson('{"__proto__":{"polluted":true}}');
    expect((value as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":"x\ny"}', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['nulx', "invalid character 'x' in literal null (expecting 'l')"],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e+', "invalid character ' ' in exponent of numeric literal"],
    ['\u0001', "invalid character '\\x01' looking for beginning of value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
  ])('refuses %j with the words of Kubernetes', (text, message) => {
    expect(() => parseJson(text)).toThrow(new JsonSyntaxError(message));
  });

  it('refuses a text that nests without end instead of running out of stack', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow(new JsonSyntaxError('exceeded max depth'));
  });
});
