/** Larger makes inserting slower, smaller makes finding a chunk slower. */
const CHUNK = 512;

/** A map whose keys are kept in order: a list of sorted chunks, so that inserting moves few of them. */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  readonly #chunks: string[][] = [[]];

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const number = this.#chunkOf(key);
    const chunk = this.#chunks[number]!;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(number, 1);
  }

  /** The keys at or above `from` and below `to`, in order. The map must not change meanwhile. */
  *keys(from: string, to: string): Generator<string, void> {
    for (let number = this.#chunkOf(from); number < this.#chunks.length; number++) {
      const chunk = this.#chunks[number]!;
      for (let index = lowerBound(chunk, from); index < chunk.length; index++) {
        if (chunk[index]! >= to) return;
        yield chunk[index]!;
      }
    }
  }

  #insert(key: string): void {
    const number = this.#chunkOf(key);
    const chunk = this.#chunks[number]!;
    chunk.splice(lowerBound(chunk, key), 0, key);
    if (chunk.length > CHUNK) this.#chunks.splice(number + 1, 0, chunk.splice(CHUNK / 2));
  }

  /** The last chunk that begins at or below the key: where it is, or belongs. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#chunks[middle]![0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The index of the first key at or above `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
