/** Leaves that were given to pods whose turn it is, until their reconcile asks for them. Of this process alone. */
export class Grants {
  readonly #pods = new Map<string, number>();

  give(pods: readonly string[]): void {
    for (const pod of pods) this.#pods.set(pod, (this.#pods.get(pod) ?? 0) + 1);
  }

  take(pod: string): boolean {
    const count = this.#pods.get(pod);
    if (count === undefined) return false;
    if (count === 1) this.#pods.delete(pod);
    else this.#pods.set(pod, count - 1);
    return true;
  }

  /** Back from those that had no use for them; how many. */
  takeBack(pods: readonly string[]): number {
    return pods.filter((pod) => this.take(pod)).length;
  }
}
