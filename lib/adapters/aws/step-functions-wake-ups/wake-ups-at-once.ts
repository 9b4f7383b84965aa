import type { Clock } from '../../../ports/clock.js';
import type { WakeKey, WakeUp, WakeUps } from '../../../ports/wake-ups.js';

/** Wake-ups whose time has come go straight to where an execution would bring them. */
export class WakeUpsAtOnce implements WakeUps {
  constructor(
    readonly clock: Clock,
    /** Resolves when the keys are certain to be looked at. */
    readonly wake: (keys: readonly WakeKey[]) => Promise<void>,
    readonly later: WakeUps,
  ) {}

  async ensure(wakeUps: readonly WakeUp[]): Promise<void> {
    const now = this.clock.now();
    const isDue = ({ atMs }: WakeUp): boolean => atMs <= now;
    const due = wakeUps.filter(isDue).map(({ controller, key }) => ({ controller, key }));
    await Promise.all([this.wake(due), this.later.ensure(wakeUps.filter((wakeUp) => !isDue(wakeUp)))]);
  }
}
