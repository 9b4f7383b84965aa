import { describe, expect, it } from 'vitest';
import { durationProblem } from '../../../../lib/apis/meta/v1/go-duration.js';

describe('a duration', () => {
  it.each(['0', '1h', '1h30m', '-1.5h', '+.5s', '1µs', '9223372036854775807ns'])('%s is one', (text) => {
    expect(durationProblem(text)).toBeUndefined();
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1', 'time: missing unit in duration "1"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
  ])('%j is refused in the words of Go', (text, problem) => {
    expect(durationProblem(text)).toBe(problem);
  });
});
