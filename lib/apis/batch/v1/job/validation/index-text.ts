import { goQuote } from '../../../../meta/v1/go-text.js';

/** Why a list of indexes cannot be read. */
export interface IndexProblem {
  readonly problem: string;
}

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** How many indexes `1,3-5` names; all must be below `completions` and in order. */
export function readIndexes(text: string, completions: number): number | IndexProblem {
  if (text === '') return 0;
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const interval = readInterval(part, completions);
    if ('problem' in interval) return interval;
    if (previous !== undefined && previous >= interval.first) return disorder(previous, interval.first);
    total += interval.last - interval.first + 1;
    previous = interval.last;
  }
  return total;
}

/** The first index which both lists name; intervals that cannot be read are passed over. */
export function firstCommonIndex(a: string, b: string, completions: number): number | undefined {
  const [left, right] = [readable(a, completions), readable(b, completions)];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [x, y] = [left[i]!, right[j]!];
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i += 1;
    else j += 1;
  }
  return undefined;
}

function readable(text: string, completions: number): Interval[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    const interval = readInterval(part, completions);
    return 'problem' in interval ? [] : [interval];
  });
}

function readInterval(text: string, completions: number): Interval | IndexProblem {
  const limits = text.split('-');
  if (limits.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${goQuote(text)} ${rule}` };
  }
  const indexes = [];
  for (const limit of limits) {
    // A sign in front would have been taken for a separator; a plus is read.
    if (!/^\+?\d+$/.test(limit) || Number(limit) >= 2 ** 63)
      return { problem: `cannot convert string to integer for index: ${goQuote(limit)}` };
    if (Number(limit) >= completions) return { problem: `too large index: ${goQuote(limit)}` };
    indexes.push(Number(limit));
  }
  const [first = 0, last] = indexes;
  if (last !== undefined && first >= last) return disorder(first, last);
  return { first, last: last ?? first };
}

function disorder(previous: number, current: number): IndexProblem {
  return { problem: `non-increasing order, previous: ${previous}, current: ${current}` };
}
