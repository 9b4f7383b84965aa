import type { Change } from '../ports/store.js';

/** The namespaces in which nothing new may be made: they are being deleted, or have been. */
export class TerminatingNamespaces {
  readonly #names = new Set<string>();

  clear(): void {
    this.#names.clear();
  }

  has(namespace: string): boolean {
    return this.#names.has(namespace);
  }

  apply({ type, key, object }: Change): void {
    if (key.resource !== 'namespaces') return;
    if (type === 'deleted' || object.metadata.deletionTimestamp !== undefined) this.#names.add(key.name);
    else this.#names.delete(key.name);
  }
}
