/**
 * A set of completion indexes as ordered intervals, written as Kubernetes writes it: `0-2,5,7` (two neighbours stay
 * apart: `0,1`). Immutable. Costs grow with the number of intervals, never with the number of indexes.
 */
export class IndexSet {
  static readonly empty = new IndexSet([]);

  /** First and last index of each interval, in turn: ordered, apart by at least one index. */
  readonly #bounds: readonly number[];
  readonly size: number;

  private constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    let size = 0;
    for (let i = 0; i < bounds.length; i += 2) size += bounds[i + 1]! - bounds[i]! + 1;
    this.size = size;
  }

  /** Reads the text form. Indexes at or above `limit` are left out; an interval that cannot be read is skipped. */
  static parse(text: string | undefined, limit = Infinity): IndexSet {
    if (text === undefined || text === '') return IndexSet.empty;
    const builder = new Builder();
    for (let start = 0, end = 0; start < text.length; start = end + 1) {
      let dash = -1;
      for (end = start; end < text.length && text[end] !== ','; end++) if (dash < 0 && text[end] === '-') dash = end;
      const first = readIndex(text, start, dash < 0 ? end : dash);
      const last = dash < 0 ? first : readIndex(text, dash + 1, end);
      if (first >= limit) break;
      if (first <= last) builder.add(first, Math.min(last, limit - 1));
    }
    return new IndexSet(builder.bounds);
  }

  /** The set of these indexes, in any order. */
  static of(indexes: Iterable<number>): IndexSet {
    const builder = new Builder();
    for (const index of Array.from(indexes).sort((a, b) => a - b)) builder.add(index, index);
    return builder.bounds.length === 0 ? IndexSet.empty : new IndexSet(builder.bounds);
  }

  has(index: number): boolean {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1]! < index) low = middle + 1;
      else high = middle;
    }
    return low < bounds.length / 2 && bounds[2 * low]! <= index;
  }

  union(other: IndexSet): IndexSet {
    if (other.size === 0) return this;
    if (this.size === 0) return other;
    const [a, b] = [this.#bounds, other.#bounds];
    const builder = new Builder();
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      if (j >= b.length || (i < a.length && a[i]! < b[j]!)) {
        builder.add(a[i]!, a[i + 1]!);
        i += 2;
      } else {
        builder.add(b[j]!, b[j + 1]!);
        j += 2;
      }
    }
    return new IndexSet(builder.bounds);
  }

  /** How many indexes both sets have. */
  overlap(other: IndexSet): number {
    const [a, b] = [this.#bounds, other.#bounds];
    let [i, j, common] = [0, 0, 0];
    while (i < a.length && j < b.length) {
      common += Math.max(0, Math.min(a[i + 1]!, b[j + 1]!) - Math.max(a[i]!, b[j]!) + 1);
      if (a[i + 1]! < b[j + 1]!) i += 2;
      else j += 2;
    }
    return common;
  }

  /** The indexes below `limit` that are not in the set, ascending, one at a time. */
  *gaps(limit: number): Generator<number, void> {
    let next = 0;
    for (let i = 0; i < this.#bounds.length; i += 2) {
      for (const end = Math.min(this.#bounds[i]!, limit); next < end; next++) yield next;
      next = this.#bounds[i + 1]! + 1;
    }
    for (; next < limit; next++) yield next;
  }

  /** Ascending. */
  *[Symbol.iterator](): Generator<number, void> {
    for (let i = 0; i < this.#bounds.length; i += 2) {
      for (let index = this.#bounds[i]!; index <= this.#bounds[i + 1]!; index++) yield index;
    }
  }

  toString(): string {
    const parts: string[] = [];
    for (let i = 0; i < this.#bounds.length; i += 2) {
      const [first, last] = [this.#bounds[i]!, this.#bounds[i + 1]!];
      if (first === last) parts.push(String(first));
      else parts.push(last === first + 1 ? `${first},${last}` : `${first}-${last}`);
    }
    return parts.join(',');
  }
}

/** Collects intervals that come ordered by their first index and joins those that touch. */
class Builder {
  readonly bounds: number[] = [];

  add(first: number, last: number): void {
    const end = this.bounds.length - 1;
    if (end < 0 || first > this.bounds[end]! + 1) this.bounds.push(first, last);
    else if (last > this.bounds[end]!) this.bounds[end] = last;
  }
}

/** NaN where the characters are not all digits. */
function readIndex(text: string, start: number, end: number): number {
  if (start === end) return NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
