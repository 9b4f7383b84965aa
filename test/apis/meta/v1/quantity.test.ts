import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  isWholeNumber,
  parseQuantity,
  roundedUpToMilli,
} from '../../../../lib/apis/meta/v1/quantity.js';

describe('a quantity', () => {
  it.each([
    ['0', '0'],
    ['00', '0'],
    ['1000m', '1'],
    ['0.1', '100m'],
    ['1.5', '1500m'],
    ['0.5Gi', '512Mi'],
    ['1024Ki', '1Mi'],
    ['1023Ki', '1023Ki'],
    ['512Ki', '512Ki'],
    ['1500', '1500'],
    ['12000', '12k'],
    ['1e3', '1e3'],
    ['1e4', '10e3'],
    ['1E6', '1E6'],
    ['100u', '100u'],
    ['0.1n', '1n'],
    ['0.1Ki', '102400m'],
    ['1.1Ki', '1126400m'],
    ['0.5Ki', '512'],
    ['9223372036854775808Ki', '9223372036854775807'],
    ['-5m', '-5m'],
    ['-2048Ki', '-2Mi'],
    ['m', '0'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each(['', 'abc', '1.2.3', '1 Gi', '1Gb', '5%'])('refuses %j by its form', (text) => {
    expect(() => parseQuantity(text)).toThrow('quantities must match the regular expression');
  });

  it.each(['1K', '1Kim', '1e', '1mi', '--1'])('refuses the suffix of %s', (text) => {
    expect(() => parseQuantity(text)).toThrow("unable to parse quantity's suffix");
  });

  it('compares amounts, not texts', () => {
    expect(compareQuantities(parseQuantity('1Ki'), parseQuantity('1024'))).toBe(0);
    expect(compareQuantities(parseQuantity('0.5'), parseQuantity('499m'))).toBe(1);
    expect(compareQuantities(parseQuantity('-1'), parseQuantity('1n'))).toBe(-1);
  });

  it('is rounded up to thousandths for resources', () => {
    expect(roundedUpToMilli(parseQuantity('1u')).text).toBe('1m');
    expect(roundedUpToMilli(parseQuantity('250m')).text).toBe('250m');
    expect(roundedUpToMilli(parseQuantity('-1100u')).text).toBe('-2m');
  });

  it('adds exactly', () => {
    expect(addQuantities(parseQuantity('1Gi'), parseQuantity('512Mi')).text).toBe('1536Mi');
    expect(addQuantities(parseQuantity('900m'), parseQuantity('200m')).text).toBe('1100m');
  });

  it('knows whole numbers', () => {
    expect(isWholeNumber(parseQuantity('500m'))).toBe(false);
    expect(isWholeNumber(parseQuantity('2000m'))).toBe(true);
  });
});
