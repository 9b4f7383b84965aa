import { describe, expect, it } from 'vitest';
import { completionIndexOf } from '../../../lib/controllers/job/pods.js';
import { aJob, aPod, decide, inShort } from './builders.js';

describe('the completion index of a pod', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['9', 9],
    ['12', 12],
    ['+5', 5],
    ['', undefined],
    ['+', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['x', undefined],
    ['1:', undefined],
    [' 1', undefined],
  ])('%j is %s', (text, index) => {
    expect(completionIndexOf(aPod(aJob(), { index: text }))).toBe(index);
  });

  it('is none without the annotation', () => {
    expect(completionIndexOf(aPod(aJob()))).toBeUndefined();
  });
});

describe('an Indexed Job without completions', () => {
  const job = aJob({ spec: { completionMode: 'Indexed', parallelism: 2 } });

  it('creates no pods', () => {
    expect(inShort(decide(job, []))).toEqual([]);
  });

  it('has no index that would be valid', () => {
    expect(inShort(decide(job, [aPod(job, { name: 'p', index: 0 })]))).toEqual(['untrack p', 'delete p']);
  });
});
