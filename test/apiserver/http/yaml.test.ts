import { describe, expect, it } from 'vitest';
import { parseYaml, YamlSyntaxError } from '../../../lib/apiserver/http/yaml.js';

describe('YAML as Kubernetes reads it', () => {
  it.each<[string, unknown]>([
    ['a: 1\n---\nb: 2\n', { a: 1 }],
    ['---\na: 1\n...\n', { a: 1 }],
    ['', null],
    ['# nothing\n', null],
    ['a: 12:30\nb: 1:30:45.5\n', { a: '12:30', b: '1:30:45.5' }],
    ['a: 0644\nb: 0o644\nc: -0o1_0\nd: 0x1a4\n', { a: 420, b: 420, c: -8, d: 420 }],
    ['a: yes\nb: 2024-01-01\n', { a: true, b: '2024-01-01' }],
    ['a: &x 1\nb: *x\n', { a: 1, b: 1 }],
  ])('%j is %j', async (text, value) => {
    expect((await parseYaml(text)).value).toEqual(value);
  });

  it.each([
    ['a:\n  b: 1\n c: 2\n', 'yaml: line 2: did not find expected key'],
    ['a: {b: 1\n', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: [b\n', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: "b\n', 'yaml: line 2: found unexpected end of stream'],
    ['a:\n\tb: 1\n', 'yaml: line 2: found character that cannot start any token'],
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a: *x\n', "yaml: unknown anchor 'x' referenced"],
  ])('%j is none', async (text, message) => {
    await expect(parseYaml(text)).rejects.toThrow(new YamlSyntaxError(message));
  });
});
