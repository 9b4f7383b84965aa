import { Absent, RevisionMismatch, type Change } from '../ports/store.js';
import type { Add, Controller } from './controller.js';
import type { EventRecorder } from './events/recorder.js';
import type { Timers } from './timers.js';
import { Lane, type LaneOptions } from './work-queue.js';

/** What is the same for the lanes of all controllers. */
export interface LanesOptions extends Pick<LaneOptions, 'failuresMax' | 'rush'> {
  readonly gaveUp?: (controller: Controller, key: string, error: unknown) => void;
}

export interface RunningController {
  readonly controller: Controller;
  readonly lane: Lane;
  readonly add: Add;
}

/** The controllers, each with a lane of its own, and when all of them are quiet. */
export class Lanes {
  readonly running: readonly RunningController[];
  #waiting: (() => void)[] = [];

  constructor(
    controllers: readonly Controller[],
    readonly timers: Timers,
    readonly events: Pick<EventRecorder, 'idle'>,
    readonly options: LanesOptions = {},
  ) {
    this.running = controllers.map((controller) => this.#run(controller));
    for (const { lane } of this.running) options.rush?.whenOver(() => lane.resume());
  }

  /** All learn of a change. */
  change(change: Change): void {
    for (const { controller, add } of this.running) controller.observe(change, add);
  }

  /** No key has another turn. */
  lastTurn(): void {
    for (const { lane } of this.running) lane.lastTurn();
  }

  get isQuiet(): boolean {
    return this.events.idle && this.running.every(({ lane }) => lane.idle);
  }

  /** Resolves when nothing runs and nothing could before a timer fires. */
  quiet(): Promise<void> {
    if (this.isQuiet) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Something has come to its end: whoever waits for quiet may have it. */
  settled(): void {
    if (this.#waiting.length === 0 || !this.isQuiet) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #run(controller: Controller): RunningController {
    const { failuresMax, gaveUp, rush } = this.options;
    const lane = new Lane(
      this.timers,
      {
        concurrency: controller.concurrency,
        restMs: controller.restMs ?? 0,
        work: (key, rushed) => controller.reconcile(key, rushed),
        failed: (key, error, failures) => controller.failed?.(key, error, failures),
        isConflict,
        punctual: controller.punctual ?? false,
        ...(rush && { rush }),
        ...(failuresMax !== undefined && { failuresMax }),
        gaveUp: (key, error) => gaveUp?.(controller, key, error),
      },
      () => this.settled(),
    );
    return { controller, lane, add: (key, gather) => lane.add(key, gather) };
  }
}

/** Somebody else wrote first. */
export function isConflict(error: unknown): boolean {
  return error instanceof RevisionMismatch || error instanceof Absent;
}
