import type { Timer, Timers } from './timers.js';

/** Longer than ten thousand ticks take; what can wait does not wait for more than that at a time. */
const RUSH_MS_MAX = 2000;

/**
 * Many ticks of one moment: while keys run whose time has come, what can wait is held back, so that the last of them is
 * as punctual as it can be. A rush that does not end in time shares the processor with all else until it does.
 */
export class Rush {
  #due = 0;
  #overtime: Timer | undefined;
  #isOn = false;
  readonly #resume: (() => void)[] = [];

  constructor(readonly timers: Timers) {}

  /** What can wait has to. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Keys whose time has come, and which have not been looked at. */
  get due(): number {
    return this.#due;
  }

  /** Called at the end of each rush. */
  whenOver(resume: () => void): void {
    this.#resume.push(resume);
  }

  begin(): void {
    this.#due++;
    if (this.#due > 1) return;
    this.#isOn = true;
    this.#overtime = this.timers.after(RUSH_MS_MAX, () => this.#release());
  }

  end(): void {
    this.#due--;
    if (this.#due > 0) return;
    this.#overtime?.cancel();
    this.#release();
  }

  #release(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    for (const resume of this.#resume) resume();
  }
}
