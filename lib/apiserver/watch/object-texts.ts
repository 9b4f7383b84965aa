import type { KubeObject } from '../../apis/meta/v1/object.js';

/**
 * The JSON of recently changed objects, so that a change is printed once however many watch it. Small: followers read
 * a change within moments of each other, and one that lags prints for itself.
 */
export class ObjectTexts {
  readonly #texts = new Map<KubeObject, string>();
  #characters = 0;

  constructor(readonly charactersMax = 4_000_000) {}

  textOf(object: KubeObject): string {
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const text = JSON.stringify(object);
    this.#texts.set(object, text);
    this.#characters += text.length;
    this.#evict();
    return text;
  }

  #evict(): void {
    for (const [object, text] of this.#texts) {
      if (this.#characters <= this.charactersMax) return;
      this.#texts.delete(object);
      this.#characters -= text.length;
    }
  }
}
