import { describe, expect, it } from 'vitest';
import { canonicalBase64, decodeBase64Text, encodeBase64 } from '../../../../lib/apis/meta/v1/base64.js';

describe('base64', () => {
  it.each(['', 'a', 'ab', 'abc', 'hello, world', 'é€🚀', '\u0000\n', 'x'.repeat(1000)])(
    'carries %j there and back',
    (text) => {
      const encoded = encodeBase64(text);
      expect(encoded).toBe(Buffer.from(text, 'utf8').toString('base64'));
      expect(canonicalBase64(encoded)).toBe(encoded);
      expect(decodeBase64Text(encoded)).toBe(text);
    },
  );

  it('replaces what is no UTF-8', () => {
    expect(decodeBase64Text(Buffer.from([0x61, 0xff, 0x62]).toString('base64'))).toBe('a\ufffdb');
  });
});
