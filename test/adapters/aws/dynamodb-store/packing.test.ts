import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, packSmallest, unpack } from '../../../../lib/adapters/aws/dynamodb-store/packing.js';
import { runningPod } from './objects.js';

describe('packing', () => {
  it('gives back any text, with the hints it was packed with', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
        (text, hints) => {
          const wellFormed = Buffer.from(text).toString();
          expect(unpack(pack(text, hints), hints)).toBe(wellFormed);
          expect(unpack(packSmallest(text))).toBe(wellFormed);
        },
      ),
    );
  });

  it('gives back text of any size, also beyond the window it can refer back to', () => {
    for (const size of [0, 1, 32_768, 65_536, 65_537, 2_000_000]) {
      const text = 'index '.repeat(size / 6 + 1).slice(0, size);
      const hints = ['x'.repeat(40_000), 'y'];
      expect(unpack(pack(text, hints), hints)).toBe(text);
    }
  });

  it('takes a tenth of a pod, given its spec', () => {
    const text = JSON.stringify(runningPod(1));
    expect(pack(text, [JSON.stringify(runningPod(1)['spec'])]).length).toBeLessThan(text.length / 8);
  });

  it('reads for ever what was packed with the first dictionary', () => {
    const stored = Buffer.from('ASO/81qQiaPiwzpAHgyv8WtrAQ==', 'base64');
    expect(unpack(stored, ['{"name":"pi"'])).toBe(
      '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"pi","namespace":"default"},"status":{"phase":"Succeeded"}}',
    );
  });

  it('refuses what it does not know', () => {
    expect(() => unpack(Buffer.from([9, 1, 2]))).toThrow('a way this version does not know: 9');
  });
});
