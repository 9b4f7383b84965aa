import { randomFillSync, randomUUID } from 'node:crypto';
import { NAME_ALPHABET } from '../../ports/ids.js';
import type { Ids } from '../../ports/ids.js';

/** Asking the system for random bytes costs microseconds whatever their number; so ask rarely. */
const POOL_BYTES = 4096;

/** Bytes at or above this would make the alphabet's first characters more frequent than its last. */
const FAIR_BELOW = 256 - (256 % NAME_ALPHABET.length);

/** Ids nobody can guess. */
export class RandomIds implements Ids {
  readonly #pool = new Uint8Array(POOL_BYTES);
  #used = POOL_BYTES;

  uid(): string {
    return randomUUID();
  }

  nameSuffix(length: number): string {
    let suffix = '';
    while (suffix.length < length) {
      const byte = this.#byte();
      if (byte < FAIR_BELOW) suffix += NAME_ALPHABET[byte % NAME_ALPHABET.length];
    }
    return suffix;
  }

  #byte(): number {
    if (this.#used === POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    return this.#pool[this.#used++]!;
  }
}
