import { expect, it } from 'vitest';
import { createTable } from '../../../../lib/adapters/aws/dynamodb-store/create-table.js';
import { DynamoDbStore } from '../../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { SystemClock } from '../../../../lib/adapters/local/system-clock.js';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import { notificationsOf } from '../../../../lib/manager/notifications/changes.js';
import type { Notification } from '../../../../lib/ports/notifications.js';
import type { JsonObject } from '../../../../lib/ports/store.js';
import { describeDynamoDb } from '../../../support/describe-dynamodb.js';
import { cronJobOf } from '../../../support/schedule-mapping.js';
import { StreamPump } from '../../../support/stream-pump.js';

function record(...skipped: { readonly scheduledAt: number; readonly reason: string }[]): JsonObject {
  return { rules: { schedule: '0 3 * * *', suspended: false }, settledUntil: 0, skipped };
}

describeDynamoDb("notifications from the table's stream", (suite) => {
  it('tell of each Job and of each skipped tick, once per change', async () => {
    const { database } = suite;
    const table = database.tableName();
    const streamArn = await createTable(database.client, table);
    const store = new DynamoDbStore({ client: database.client, table, clock: new SystemClock() });
    const told: Notification[] = [];
    const pump = new StreamPump(database.streams, streamArn, async (records) => {
      const changes = await store.relay(records);
      told.push(...notificationsOf(changes.map(({ change }) => change)));
    });

    const key = { resource: 'cronjobs', namespace: 'default', name: 'nightly' };
    const cronJob = cronJobOf('0 3 * * *') as unknown as KubeObject;
    const [first, second] = [3, 27].map((hours) => ({ scheduledAt: hours * 3_600_000, reason: 'Forbid' }));
    const created = await store.create(key, cronJob, record());
    const once = await store.replace(key, created.revision, cronJob, record(first!));
    await store.replace(key, once.revision, cronJob, record(first!, second!));
    const pi = { resource: 'jobs', namespace: 'default', name: 'pi' };
    const job = { ...cronJob, kind: 'Job', metadata: { ...cronJob.metadata, name: 'pi' }, spec: {} };
    const stored = await store.create(pi, job);
    await store.delete(pi, stored.revision);

    for (let quiet = 0; quiet < 2;) quiet = (await pump.look()) === 0 ? quiet + 1 : 0;
    const ticks = told.filter(({ type }) => type === 'TickSkipped');
    expect(ticks.map(({ scheduledAt }) => scheduledAt)).toEqual(['1970-01-01T03:00:00Z', '1970-01-02T03:00:00Z']);
    expect(told.filter(({ type }) => type !== 'TickSkipped').map(({ type }) => type)).toEqual([
      'JobCreated',
      'JobDeleted',
    ]);
    await store.close();
  });
});
