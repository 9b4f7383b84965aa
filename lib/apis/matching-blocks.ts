/**
 * Which lines of two texts correspond, found as Python's difflib does (Ratcliff and Obershelp): the longest run of
 * lines that both have, then the same to its left and to its right. The choice decides how a difference reads, so it
 * is followed exactly.
 */
export interface MatchingBlock {
  readonly a: number;
  readonly b: number;
  /** Zero only in the last block, which stands for the ends of both texts. */
  readonly size: number;
}

/** In longer texts lines that make up more than a hundredth do not begin a run. */
const popularFrom = 200;

export function matchingBlocks(a: readonly string[], b: readonly string[]): MatchingBlock[] {
  const places = placesOf(b);
  const found: MatchingBlock[] = [];
  const open: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [aLow, aHigh, bLow, bHigh] = next;
    const block = longest(a, b, places, next);
    if (block.size === 0) continue;
    found.push(block);
    if (aLow < block.a && bLow < block.b) open.push([aLow, block.a, bLow, block.b]);
    const [aNext, bNext] = [block.a + block.size, block.b + block.size];
    if (aNext < aHigh && bNext < bHigh) open.push([aNext, aHigh, bNext, bHigh]);
  }
  found.sort((x, y) => x.a - y.a || x.b - y.b);
  return [...joined(found), { a: a.length, b: b.length, size: 0 }];
}

function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  b.forEach((line, j) => {
    const known = places.get(line);
    if (known === undefined) places.set(line, [j]);
    else known.push(j);
  });
  if (b.length < popularFrom) return places;
  const often = Math.floor(b.length / 100) + 1;
  for (const [line, lines] of places) if (lines.length > often) places.delete(line);
  return places;
}

function longest(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): MatchingBlock {
  let best: MatchingBlock = { a: aLow, b: bLow, size: 0 };
  let runs = new Map<number, number>();
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = (runs.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    runs = next;
  }
  return extended(a, b, best, [aLow, aHigh, bLow, bHigh]);
}

/** A run found by its rarer lines goes on over the frequent ones beside it. */
function extended(
  a: readonly string[],
  b: readonly string[],
  block: MatchingBlock,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): MatchingBlock {
  let { a: i, b: j, size } = block;
  while (i > aLow && j > bLow && a[i - 1] === b[j - 1]) [i, j, size] = [i - 1, j - 1, size + 1];
  while (i + size < aHigh && j + size < bHigh && a[i + size] === b[j + size]) size += 1;
  return { a: i, b: j, size };
}

function joined(blocks: readonly MatchingBlock[]): MatchingBlock[] {
  const result: MatchingBlock[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b) {
      result[result.length - 1] = { ...last, size: last.size + block.size };
    } else result.push(block);
  }
  return result;
}
