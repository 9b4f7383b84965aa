import { goQuote } from './go-text.js';

const unitNanoseconds = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
/** A duration is a 64-bit number of nanoseconds. */
const longest = 2n ** 63n;

/** What is wrong with a text such as `1h30m` as a duration, in the words of Go's `time` package. */
export function durationProblem(text: string): string | undefined {
  const duration = parseDuration(text);
  return typeof duration === 'string' ? duration : undefined;
}

/** The nanoseconds of a text such as `1h30m`, or what is wrong with it. */
export function parseDuration(text: string): bigint | string {
  const invalid = `time: invalid duration ${goQuote(text)}`;
  const negative = text.startsWith('-');
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const [, whole = '', point = '', fraction = ''] = /^(\d*)(\.?)(\d*)/.exec(rest) ?? [];
    if (whole === '' && fraction === '') return invalid;
    rest = rest.slice(whole.length + point.length + fraction.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return `time: missing unit in duration ${goQuote(text)}`;
    const size = unitNanoseconds.get(unit);
    if (size === undefined) return `time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`;
    rest = rest.slice(unit.length);
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    if (total > longest) return invalid;
  }
  if (total === longest && !negative) return invalid;
  return negative ? -total : total;
}
