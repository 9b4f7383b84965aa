import { describe, expect, it } from 'vitest';
import { wantsColours } from '../../bin/colours.js';

describe('colours', () => {
  it.each([
    ['on a terminal', {}, true, true],
    ['in a file or a pipe', {}, false, false],
    ['in a pipe under CI, where somebody may search it', { CI: 'true' }, false, false],
    ['on a terminal that has none', { TERM: 'dumb' }, true, false],
    ['on a terminal whose user wants none', { NO_COLOR: '1' }, true, false],
    ['in a pipe whose reader shows them', { FORCE_COLOR: '1' }, false, true],
  ])('%s', (_where, env, isTerminal, expected) => {
    expect(wantsColours(env, isTerminal)).toBe(expected);
  });
});
