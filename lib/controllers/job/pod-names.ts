/**
 * Pod names as a function of the Job and a slot: whoever creates the pod of a slot twice finds it there.
 *
 * The suffix looks like the server's random one: five characters, chosen by an affine permutation of all 27⁵ suffixes
 * whose coefficients come from the Job's UID. Two slots of a Job never share a suffix (before 14 million slots), and two
 * Jobs of the same name rarely meet.
 */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const SUFFIXES = ALPHABET.length ** SUFFIX_LENGTH;
/** What the server keeps of `metadata.generateName`: a name has at most 63 characters. */
const MAX_PREFIX_LENGTH = 63 - SUFFIX_LENGTH;
/** So much of a Job's name stays whole before the highest index there is: `-2147483647-`. */
const UNCUT_LENGTH = MAX_PREFIX_LENGTH - 12;

export class PodNames {
  // A multiplier without a factor in common with 27⁵ = 3¹⁵ permutes; 3k + 1 never has one.
  readonly #multiplier: number;
  readonly #inverse: number;
  readonly #offset: number;

  constructor(jobUid: string) {
    this.#multiplier = 3 * (hash(jobUid, 0x811c9dc5) % (SUFFIXES / 3)) + 1;
    this.#inverse = inverse(this.#multiplier);
    this.#offset = hash(jobUid, 0x01000193) % SUFFIXES;
  }

  nameOf(generateName: string, slot: number): string {
    const number = (this.#multiplier * (slot % SUFFIXES) + this.#offset) % SUFFIXES;
    return generateName.slice(0, MAX_PREFIX_LENGTH) + suffixOf(number);
  }

  /** The slot whose name this is; undefined for a name that was not made here. */
  slotOf(name: string): number | undefined {
    const number = numberOf(name.slice(-SUFFIX_LENGTH));
    if (number === undefined) return undefined;
    return (this.#inverse * ((number - this.#offset + SUFFIXES) % SUFFIXES)) % SUFFIXES;
  }
}

/** `metadata.generateName` of a pod: the Job's name, and the index, which is kept whole where the server would cut it. */
export function generateNameOf(jobName: string, index: number | undefined): string {
  if (index === undefined) return `${jobName}-`;
  const end = `-${index}-`;
  return jobName.slice(0, MAX_PREFIX_LENGTH - end.length) + end;
}

/** What the names of all pods of a Job begin with; those of other Jobs may, too. */
export function podNamePrefix(jobName: string): string {
  return jobName.length > UNCUT_LENGTH ? jobName.slice(0, UNCUT_LENGTH) : `${jobName}-`;
}

function suffixOf(number: number): string {
  let text = '';
  for (let rest = number, i = 0; i < SUFFIX_LENGTH; i++) {
    text += ALPHABET[rest % ALPHABET.length];
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

function numberOf(suffix: string): number | undefined {
  let number = 0;
  for (let i = suffix.length - 1; i >= 0; i--) {
    const digit = ALPHABET.indexOf(suffix[i]!);
    if (digit < 0) return undefined;
    number = number * ALPHABET.length + digit;
  }
  return suffix.length === SUFFIX_LENGTH ? number : undefined;
}

/** The number that times `value` is 1 among the suffixes (Euclid's algorithm). */
function inverse(value: number): number {
  let [a, b, x, y] = [value, SUFFIXES, 1, 0];
  while (b > 0) {
    const quotient = Math.floor(a / b);
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return (x + SUFFIXES) % SUFFIXES;
}

/** FNV-1a, 32 bits. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
