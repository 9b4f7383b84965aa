/** Lets so many do something at the same time; whoever comes then waits, first come, first served. */
export class Turns {
  #left: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#left = atOnce;
  }

  /** Resolves when it is the caller's turn, with what ends it. To be called once, whatever becomes of the turn. */
  async take(): Promise<() => void> {
    if (this.#left > 0) this.#left--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => this.#end();
  }

  #end(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#left++;
  }
}
