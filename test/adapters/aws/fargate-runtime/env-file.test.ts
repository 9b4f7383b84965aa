import { expect, test } from 'vitest';
import { envFile, fitsEnvFile } from '../../../../lib/adapters/aws/fargate-runtime/env-file.js';

test('variables stand one a line, verbatim', () => {
  const variables = [
    { name: 'A', value: 'plain' },
    { name: 'B', value: ' "quoted" = #not a comment ' },
    { name: 'C', value: '' },
  ];
  expect(variables.every(fitsEnvFile)).toBe(true);
  expect(envFile(variables)).toBe('A=plain\nB= "quoted" = #not a comment \nC=\n');
});

test.each([
  ['A', 'two\nlines'],
  ['A', 'carriage\rreturn'],
  ['#A', 'a comment'],
  [' A', 'a blank'],
])('%j with %j does not fit', (name, value) => {
  expect(fitsEnvFile({ name, value })).toBe(false);
});
