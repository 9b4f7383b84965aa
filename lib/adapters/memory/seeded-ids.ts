import { NAME_ALPHABET } from '../../ports/ids.js';
import type { Ids } from '../../ports/ids.js';

/** Ids that a seed decides: the same seed gives the same ids in the same order. */
export class SeededIds implements Ids {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  uid(): string {
    const words = [this.#next(), this.#next(), this.#next(), this.#next()];
    words[1] = (words[1]! & 0xffff0fff) | 0x4000; // version 4
    words[2] = (words[2]! & 0x3fffffff) | 0x80000000; // the RFC's variant
    const hex = words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  nameSuffix(length: number): string {
    let suffix = '';
    while (suffix.length < length) suffix += NAME_ALPHABET[Math.floor((this.#next() / 2 ** 32) * NAME_ALPHABET.length)];
    return suffix;
  }

  /** 32 bits by a Weyl sequence with a mixing function (SplitMix32): every state comes once in 2³² steps. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
}
