import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionArn, executionName } from '../../../../lib/adapters/aws/step-functions-wake-ups/execution-name.js';

const farMs = Date.UTC(9999, 11, 31);

describe('the name of an execution', () => {
  it('is legal and short enough, whatever the key', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 0, max: 99_999 }), (controller, key, generation) => {
        expect(executionName({ controller, key }, farMs, generation)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      }),
    );
  });

  it('tells keys apart that read alike', () => {
    const names = ['a/b', 'a-b', 'a.b'].map((key) => executionName({ controller: 'job', key }, 0, 0));
    expect(new Set(names).size).toBe(3);
  });

  it('shows key and time', () => {
    expect(executionName({ controller: 'job', key: 'default/pi' }, 1_772_359_210_000, 2)).toMatch(
      /^job-default-pi-[0-9a-f]{24}-1772359210-2$/,
    );
  });

  it('is the end of the ARN', () => {
    expect(executionArn('arn:aws-cn:states:cn-north-1:1:stateMachine:wake', 'n')).toBe(
      'arn:aws-cn:states:cn-north-1:1:execution:wake:n',
    );
  });
});
