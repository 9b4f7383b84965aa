import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import type { CronSchedules } from '../../../ports/cron-schedules.js';
import type { Store } from '../../../ports/store.js';
import type { WakeUp, WakeUps } from '../../../ports/wake-ups.js';

/** Wake-ups, without those of CronJobs whose schedules come at the same time: a timer for each tick would cost more. */
export class WakeUpsBesideSchedules implements WakeUps {
  constructor(
    readonly store: Store,
    readonly schedules: CronSchedules,
    readonly wakeUps: WakeUps,
  ) {}

  async ensure(wakeUps: readonly WakeUp[]): Promise<void> {
    await this.wakeUps.ensure(await this.needed(wakeUps));
  }

  /** Those that no schedule brings. */
  async needed(wakeUps: readonly WakeUp[]): Promise<readonly WakeUp[]> {
    const needed = await Promise.all(
      wakeUps.map(async (wakeUp) => ((await this.#isScheduled(wakeUp)) ? [] : [wakeUp])),
    );
    return needed.flat();
  }

  async #isScheduled({ controller, key, atMs }: WakeUp): Promise<boolean> {
    if (controller !== 'cronjob') return false;
    const [namespace = '', name = ''] = key.split('/');
    const stored = await this.store.get({ resource: 'cronjobs', namespace, name });
    return stored !== undefined && this.schedules.wakesAt(stored.object as unknown as CronJob, atMs);
  }
}
