/**
 * Resource amounts (`k8s.io/apimachinery/pkg/api/resource`): a decimal number with a suffix that is a power of ten
 * (`500m`, `2k`, `1e3`) or of 1024 (`1Gi`). Amounts are exact: a whole number times a power of ten.
 */

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The amount is `value · 10^scale`. */
  readonly value: bigint;
  readonly scale: number;
  readonly format: Format;
  /** The form in which Kubernetes prints it. */
  readonly text: string;
}

/** A text that is no quantity; the message is Kubernetes' own. */
export class QuantityError extends Error {}

const wrongForm = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

/** Looser than the regular expression in the message: the parser also takes an empty number (as 0). */
const form = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/;

const decimalExponents = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const decimalSuffixes = new Map([...decimalExponents].map(([suffix, exponent]) => [exponent, suffix]));
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Amounts of a binary suffix are capped here, as they are 64-bit integers in Kubernetes. */
const largest = 2n ** 63n - 1n;
/** What a 64-bit integer is trusted to hold; longer numbers take another way, on which their text is not kept. */
const digitsMax = 18;
/** Beyond this a power of ten is no amount of anything, only a cost to compute with. */
const exponentMax = 1_000;
/** Nothing finer than a billionth is kept. */
const finestScale = -9;

/** @throws QuantityError */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new QuantityError(wrongForm);
  const parts = form.exec(text);
  if (parts === null) throw new QuantityError(wrongForm);
  const [, sign, whole = '', fraction = '', suffix = ''] = parts;
  const { format, exponent } = interpretSuffix(suffix);
  const digits = (whole === '' ? '0' : whole) + fraction;
  const magnitude = BigInt(digits);
  const binary = format === 'BinarySI';
  const value = (sign === '-' ? -magnitude : magnitude) << (binary ? BigInt(exponent) : 0n);
  const scale = (binary ? 0 : exponent) - fraction.length;
  if (isShort(digits, fraction, format, exponent) && scale >= finestScale) {
    const kept = binary ? (magnitude & 7n) !== 0n : scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
    return kept ? { value, scale, format, text } : printed(value, scale, format);
  }
  return bounded(roundedUp(value, scale, finestScale), Math.max(scale, finestScale), format);
}

function interpretSuffix(suffix: string): { format: Format; exponent: number } {
  const decimal = decimalExponents.get(suffix);
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { format: 'BinarySI', exponent: binary * 10 };
  if (!/^[eE][+-]?\d+$/.test(suffix)) throw new QuantityError(wrongSuffix);
  const exponent = Math.max(-exponentMax, Math.min(exponentMax, Number(suffix.slice(1))));
  return { format: 'DecimalExponent', exponent };
}

function isShort(digits: string, fraction: string, format: Format, exponent: number): boolean {
  if (format !== 'BinarySI') return digits.length <= digitsMax;
  return fraction === '' && 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1 >= 0;
}

function bounded(value: bigint, scale: number, format: Format): Quantity {
  if (format !== 'BinarySI') return printed(value, scale, format);
  const size = value < 0n ? -value : value;
  const whole = 10n ** BigInt(-scale);
  if (size > largest * whole) return printed(value < 0n ? -largest : largest, 0, format);
  return printed(value, scale, size > 0n && size < whole ? 'DecimalSI' : format);
}

/** `value · 10^scale` in units of `10^target`; what is lost is rounded away from zero. */
function roundedUp(value: bigint, scale: number, target: number): bigint {
  if (scale >= target) return value;
  const unit = 10n ** BigInt(target - scale);
  const quotient = value / unit;
  if (value % unit === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function printed(value: bigint, scale: number, format: Format): Quantity {
  return { value, scale, format, text: print(value, scale, format) };
}

function print(value: bigint, scale: number, format: Format): string {
  if (value === 0n) return '0';
  const whole = format === 'BinarySI' ? wholeUnits(value, scale) : undefined;
  if (whole !== undefined && (whole >= 1024n || whole <= -1024n)) return printBinary(whole);
  let [digits, exponent] = [value, scale];
  for (; digits % 10n === 0n; digits /= 10n) exponent += 1;
  for (; exponent % 3 !== 0; digits *= 10n) exponent -= 1;
  if (format === 'DecimalExponent') return exponent === 0 ? String(digits) : `${digits}e${exponent}`;
  return `${digits}${decimalSuffixes.get(exponent) ?? ''}`;
}

function printBinary(whole: bigint): string {
  let [digits, power] = [whole, 0];
  for (; digits % 1024n === 0n; digits /= 1024n) power += 1;
  return `${digits}${binarySuffixes[power] ?? ''}`;
}

/** The amount as a whole number; undefined when it has a fraction. */
function wholeUnits(value: bigint, scale: number): bigint | undefined {
  if (scale >= 0) return value * 10n ** BigInt(scale);
  const unit = 10n ** BigInt(-scale);
  return value % unit === 0n ? value / unit : undefined;
}

/**
 * The form in which Kubernetes stores and prints a quantity: `1000m` → `1`, `0.5Gi` → `512Mi`.
 * @throws QuantityError
 */
export function canonicalQuantity(text: string): string {
  return parseQuantity(text).text;
}

/** The amount rounded away from zero to thousandths, as Kubernetes does with the resources of pods. */
export function roundedUpToMilli(quantity: Quantity): Quantity {
  if (quantity.scale >= -3) return quantity;
  return printed(roundedUp(quantity.value, quantity.scale, -3), -3, quantity.format);
}

/** Below zero: `a` is less than `b`; zero: they are the same amount, however written. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  const difference = a.value * 10n ** BigInt(a.scale - scale) - b.value * 10n ** BigInt(b.scale - scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Exact sum, in the format of `a` unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale);
  const value = a.value * 10n ** BigInt(a.scale - scale) + b.value * 10n ** BigInt(b.scale - scale);
  return printed(value, scale, a.value === 0n ? b.format : a.format);
}

/** Whether the amount has no fraction. */
export function isWholeNumber(quantity: Quantity): boolean {
  return wholeUnits(quantity.value, quantity.scale) !== undefined;
}
