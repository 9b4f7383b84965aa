import { describe, expect, it } from 'vitest';
import { ipFamily, ipProblems, preferredIPv6 } from '../../../../../lib/apis/meta/v1/validation/ip.js';

describe('an IP address', () => {
  it.each(['10.0.0.1', '::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '64:ff9b::1.2.3.4'])('%s is one', (text) => {
    expect(ipProblems(text)).toEqual([]);
  });

  it.each(['', 'a', '1.2.3', '1.2.3.256', '1.2.3.4.5', '1::2::3', '1:2:3:4:5:6:7', '12345::', 'fe80::1%eth0'])(
    '%j is none',
    (text) => {
      expect(ipProblems(text)).toEqual(['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']);
    },
  );

  it('is refused in spellings that programs read in different ways', () => {
    expect(ipProblems('010.1.2.3')).toEqual(['must not have leading 0s']);
    expect(ipProblems('::ffff:1.2.3.4')).toEqual(['must not be an IPv4-mapped IPv6 address']);
  });

  it('has a family', () => {
    expect([ipFamily('1.2.3.4'), ipFamily('::1'), ipFamily('x')]).toEqual([4, 6, undefined]);
  });

  it.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['fe80:0:0:0:0:0:0:1', 'fe80::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::1', undefined],
    ['1.2.3.4', undefined],
  ])('%s is better written %s', (text, preferred) => {
    expect(preferredIPv6(text)).toBe(preferred);
  });
});
