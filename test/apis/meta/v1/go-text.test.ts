import { describe, expect, it } from 'vitest';
import { byteLength, goJson, goJsonOfMap, goQuote } from '../../../../lib/apis/meta/v1/go-text.js';

describe('a text as Go prints it', () => {
  it.each([
    ['a"b\\c', String.raw`"a\"b\\c"`],
    ['tab\tline\n', String.raw`"tab\tline\n"`],
    ['\u0001\u007f', String.raw`"\x01\x7f"`],
    ['é<&>', '"é<&>"'],
  ])('%j is quoted', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  it('has its angle brackets and ampersands escaped in JSON', () => {
    expect(goJson({ a: '<&>' })).toBe(String.raw`{"a":"\u003c\u0026\u003e"}`);
  });

  it('has the keys of a map in alphabetical order', () => {
    expect(goJsonOfMap({ b: '1', a: '2' })).toBe('{"a":"2","b":"1"}');
  });

  it.each([
    ['abc', 3],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
  ])('%s is as long as its UTF-8', (text, length) => {
    expect(byteLength(text)).toBe(length);
  });
});
