import { describe, expect, it } from 'vitest';
import { wantsColours } from '../../bin/colours.js';

describe('colours', () => {
  it.each([
    ['on a terminal', {}, { isTTY: true }, true],
    ['in a file or a pipe', {}, {}, false],
    ['in a pipe under CI, where somebody may search it', { CI: 'true' }, {}, false],
    ['on a terminal that has none', { TERM: 'dumb' }, { isTTY: true }, false],
    ['on a terminal whose user wants none', { NO_COLOR: '1' }, { isTTY: true }, false],
    ['in a pipe whose reader shows them', { FORCE_COLOR: '1' }, {}, true],
  ])('%s', (_where, env, stream, expected) => {
    expect(wantsColours(env, stream)).toBe(expected);
  });
});
