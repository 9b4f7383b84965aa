import type { Clock } from '../../../lib/ports/clock.js';
import type { ContainerBackend, ContainerPlan, ContainerWatcher } from './backend.js';

/** How a pretended container behaves; what is left out takes no time and goes well. */
export interface PretendedRun {
  readonly pullMs?: number;
  /** Instead of running: the container's reason. */
  readonly failure?: string;
  /** Left out: until it is stopped. */
  readonly runMs?: number;
  readonly exitCode?: number;
  /** With the exit code: `OutOfMemoryError: …` */
  readonly exitReason?: string;
  /** After the start. */
  readonly healthyMs?: number;
  readonly unhealthyMs?: number;
  /** What TERM does. Left out: it ends at once with 143. */
  readonly onTerm?: 'ignored' | { readonly afterMs: number; readonly exitCode: number };
}

export const OUT_OF_MEMORY: PretendedRun = {
  runMs: 1000,
  exitCode: 137,
  exitReason: 'OutOfMemoryError: Container killed due to memory usage',
};

/** A second of work that goes well. */
const ORDINARY: PretendedRun = { runMs: 1000 };

interface Running {
  readonly watcher: ContainerWatcher;
  readonly run: PretendedRun;
  readonly alarms: (() => void)[];
}

export class PretendedBackend implements ContainerBackend {
  readonly #running = new Map<string, Running>();
  /** Every container that was started, in this order. */
  readonly started: ContainerPlan[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly behaviour: (plan: ContainerPlan) => PretendedRun = () => ORDINARY,
  ) {}

  start(plan: ContainerPlan, watcher: ContainerWatcher): void {
    const running: Running = { watcher, run: this.behaviour(plan), alarms: [] };
    this.#running.set(keyOf(plan), running);
    watcher.pullStarted();
    this.#after(running, running.run.pullMs ?? 0, () => this.#begin(plan, running));
  }

  signal(plan: ContainerPlan, signal: 'SIGTERM' | 'SIGKILL'): void {
    const running = this.#running.get(keyOf(plan));
    if (running === undefined) return;
    if (signal === 'SIGKILL') return this.#end(plan, running, 137);
    const { onTerm = { afterMs: 0, exitCode: 143 } } = running.run;
    if (onTerm === 'ignored') return;
    this.#after(running, onTerm.afterMs, () => this.#end(plan, running, onTerm.exitCode));
  }

  closeTask(): void {}

  #begin(plan: ContainerPlan, running: Running): void {
    const { run, watcher } = running;
    if (run.failure !== undefined) {
      this.#running.delete(keyOf(plan));
      return watcher.failed(run.failure);
    }
    watcher.pulled(undefined);
    this.started.push(plan);
    if (run.runMs !== undefined) {
      this.#after(running, run.runMs, () => this.#end(plan, running, run.exitCode ?? 0, run.exitReason));
    }
    if (run.healthyMs !== undefined) this.#after(running, run.healthyMs, () => watcher.health('HEALTHY'));
    if (run.unhealthyMs !== undefined) this.#after(running, run.unhealthyMs, () => watcher.health('UNHEALTHY'));
    watcher.started(`${plan.task.taskId}-${plan.name}`);
  }

  #end(plan: ContainerPlan, { watcher, alarms }: Running, exitCode: number, reason?: string): void {
    if (!this.#running.delete(keyOf(plan))) return;
    for (const cancel of alarms) cancel();
    watcher.exited(exitCode, reason);
  }

  #after(running: Running, delayMs: number, then: () => void): void {
    running.alarms.push(this.clock.at(this.clock.now() + delayMs, then));
  }
}

function keyOf({ task, name }: ContainerPlan): string {
  return `${task.taskId}/${name}`;
}
