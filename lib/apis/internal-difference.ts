import { internalForm } from './internal-form.js';
import { matchingBlocks, type MatchingBlock } from './matching-blocks.js';
import { goJson } from './meta/v1/go-text.js';
import type { Struct } from './meta/v1/schema.js';

/** How many unchanged lines are shown before and after a change. */
const context = 3;

/** What differs between two internal forms, line by line, as Kubernetes' messages show it (unified, without headers). */
export function internalDifference(struct: Struct, before: object, after: object): string {
  const [a, b] = [lines(struct, before), lines(struct, after)];
  return hunks(stretches(matchingBlocks(a, b)))
    .map((hunk) => printHunk(hunk, a, b))
    .join('');
}

function lines(struct: Struct, value: object): string[] {
  return indented(internalForm(struct, value), '').split('\n');
}

/** JSON with one blank per level, as Go indents it. */
function indented(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return goJson(value);
  const inner = `${indent} `;
  const isArray = Array.isArray(value);
  const items = isArray
    ? value.map((item) => indented(item, inner))
    : Object.entries(value).map(([key, field]) => `${goJson(key)}: ${indented(field, inner)}`);
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  return items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** A stretch of lines: `aStart` to `aEnd` became `bStart` to `bEnd`; `same`: they are alike. */
interface Stretch {
  readonly same: boolean;
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

function stretches(blocks: readonly MatchingBlock[]): Stretch[] {
  const found: Stretch[] = [];
  let [i, j] = [0, 0];
  for (const { a, b, size } of blocks) {
    if (i < a || j < b) found.push({ same: false, aStart: i, aEnd: a, bStart: j, bEnd: b });
    [i, j] = [a + size, b + size];
    if (size > 0) found.push({ same: true, aStart: a, aEnd: i, bStart: b, bEnd: j });
  }
  return found;
}

/** Changes with the unchanged lines around them; changes close to each other share a hunk. */
function hunks(all: readonly Stretch[]): Stretch[][] {
  const found: Stretch[][] = [[]];
  all.forEach((stretch, index) => {
    const [first, last] = [index === 0, index === all.length - 1];
    const length = stretch.aEnd - stretch.aStart;
    const hunk = found.at(-1)!;
    if (!stretch.same || (!first && !last && length <= 2 * context)) hunk.push(stretch);
    else {
      if (!first) hunk.push(firstLines(stretch));
      if (!first && !last) found.push([]);
      if (!last) found.at(-1)!.push(lastLines(stretch));
    }
  });
  return found.filter((hunk) => hunk.some(({ same }) => !same));
}

function firstLines(stretch: Stretch): Stretch {
  const { aStart, aEnd, bStart } = stretch;
  const length = Math.min(context, aEnd - aStart);
  return { ...stretch, aEnd: aStart + length, bEnd: bStart + length };
}

function lastLines(stretch: Stretch): Stretch {
  const { aStart, aEnd, bEnd } = stretch;
  const length = Math.min(context, aEnd - aStart);
  return { ...stretch, aStart: aEnd - length, bStart: bEnd - length };
}

function printHunk(hunk: readonly Stretch[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0]!, hunk.at(-1)!];
  const header = `@@ -${range(first.aStart, last.aEnd)} +${range(first.bStart, last.bEnd)} @@\n`;
  const body = hunk.flatMap(({ same, aStart, aEnd, bStart, bEnd }) =>
    same
      ? a.slice(aStart, aEnd).map((line) => ` ${line}\n`)
      : [...a.slice(aStart, aEnd).map((line) => `-${line}\n`), ...b.slice(bStart, bEnd).map((line) => `+${line}\n`)],
  );
  return header + body.join('');
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}
