import { describe, expect, it } from 'vitest';
import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { CronJobSchedulesController } from '../../../lib/manager/controllers/cronjob-schedules.js';
import type { CronSchedules } from '../../../lib/ports/cron-schedules.js';
import { cronJobOf } from '../../support/schedule-mapping.js';
import { StreamWorld } from '../stream/stream-world.js';

class RecordingSchedules implements CronSchedules {
  readonly calls: string[] = [];

  ensure({ spec }: CronJob): Promise<void> {
    this.calls.push(`ensure ${spec.schedule}${spec.suspend ? ' suspended' : ''}`);
    return Promise.resolve();
  }

  remove(uid: string): Promise<void> {
    this.calls.push(`remove ${uid}`);
    return Promise.resolve();
  }

  wakesAt(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

async function worldWith(schedules: CronSchedules): Promise<StreamWorld> {
  const further = (context: ConstructorParameters<typeof CronJobSchedulesController>[0]) => [
    new CronJobSchedulesController(context, schedules),
  ];
  return new StreamWorld({ further }).start();
}

const key = { resource: 'cronjobs', namespace: 'default', name: 'nightly' };
const nightly = cronJobOf('0 3 * * *') as unknown as KubeObject & CronJob;

describe("the controller of CronJobs' schedules", () => {
  it('follows a CronJob from its creation to its deletion', async () => {
    const schedules = new RecordingSchedules();
    const world = await worldWith(schedules);
    const { revision } = await world.store.create(key, nightly);
    await world.settle();
    const suspended = { ...nightly, spec: { ...nightly.spec, suspend: true } };
    const changed = await world.store.replace(key, revision, suspended);
    await world.settle();
    await world.store.delete(key, changed.revision);
    await world.settle();
    expect(schedules.calls).toEqual([
      'ensure 0 3 * * *',
      'ensure 0 3 * * * suspended',
      `remove ${nightly.metadata.uid}`,
    ]);
  });

  it('does nothing when only the status changes', async () => {
    const schedules = new RecordingSchedules();
    const world = await worldWith(schedules);
    const { revision } = await world.store.create(key, nightly);
    await world.settle();
    const status = { lastScheduleTime: '2026-03-01T03:00:00Z' };
    await world.store.replace(key, revision, { ...nightly, status } as KubeObject);
    await world.settle();
    expect(schedules.calls).toEqual(['ensure 0 3 * * *']);
  });

  it('takes away the schedules of the one before when a CronJob is made anew', async () => {
    const schedules = new RecordingSchedules();
    const world = await worldWith(schedules);
    const { revision } = await world.store.create(key, nightly);
    await world.store.delete(key, revision);
    const other = { ...nightly, metadata: { ...nightly.metadata, uid: 'other' } };
    await world.store.create(key, other);
    await world.settle();
    expect(schedules.calls.sort()).toEqual(['ensure 0 3 * * *', `remove ${nightly.metadata.uid}`]);
  });
});
