import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexSet } from '../../../../../lib/apis/batch/v1/job/index-set.js';

const indexes = fc.uniqueArray(fc.integer({ min: 0, max: 40 }));

describe('IndexSet', () => {
  it.each([
    ['', '', 0],
    ['3', '3', 1],
    ['0,1', '0,1', 2],
    ['0,1,2', '0-2', 3],
    ['0-2,5,7', '0-2,5,7', 5],
    ['1-3,4', '1-4', 4],
    ['4-4', '4', 1],
    ['2,x,4', '2,4', 2],
    ['1-,3', '3', 1],
    ['-2,3', '3', 1],
    ['5-3,7', '7', 1],
    ['1-2-3,6', '6', 1],
  ])('reads %j as %j', (text, written, size) => {
    const set = IndexSet.parse(text);
    expect([set.toString(), set.size]).toEqual([written, size]);
  });

  it.each([
    ['0-9', 5, '0-4'],
    ['0-9', 10, '0-9'],
    ['0,3,5', 3, '0'],
    ['0,3-7', 4, '0,3'],
    ['7', 0, ''],
  ])('reads %j below %i as %j', (text, limit, written) => {
    expect(IndexSet.parse(text, limit).toString()).toBe(written);
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(indexes, (some) => {
        const text = IndexSet.of(some).toString();
        expect(IndexSet.parse(text).toString()).toBe(text);
        expect(IndexSet.of(some).size).toBe(some.length);
      }),
    );
  });

  it('has the indexes it was made of, and no others', () => {
    fc.assert(
      fc.property(indexes, (some) => {
        const set = IndexSet.of(some);
        for (let index = 0; index <= 41; index++) expect(set.has(index)).toBe(some.includes(index));
        expect([...set.gaps(30)]).toEqual(Array.from({ length: 30 }, (_, i) => i).filter((i) => !some.includes(i)));
      }),
    );
  });

  it('unites and intersects like a set', () => {
    fc.assert(
      fc.property(indexes, indexes, (some, others) => {
        const [a, b] = [IndexSet.of(some), IndexSet.of(others)];
        expect(a.union(b).toString()).toBe(IndexSet.of(new Set([...some, ...others])).toString());
        expect(a.overlap(b)).toBe(some.filter((index) => others.includes(index)).length);
      }),
    );
  });

  it('is the very same set when nothing is added', () => {
    const set = IndexSet.parse('1-5');
    expect(set.union(IndexSet.empty)).toBe(set);
    expect(IndexSet.empty.union(set)).toBe(set);
  });
});
