import { describe, expect, it } from 'vitest';
import { backfill, whyNot, type Outcome } from '../../bin/backfill/backfill.js';
import { Target } from '../../bin/backfill/target.js';
import { ApiClient } from '../../bin/local/api-client.js';
import { startTestServer } from '../support/api-server.js';

const group = '/apis/batch/v1/namespaces/default';
const at = (hour: number): number => Date.parse('2030-01-01T00:00:00Z') + hour * 3_600_000;
const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };

/** An hourly CronJob made at midnight that was last started at six, and did not start at three. */
async function backfillFrom(
  hour: number,
  options: { rerun?: boolean; ledger?: boolean; to?: number } = {},
): Promise<[number, Outcome][]> {
  const { rerun = false, ledger = true, to = 9 } = options;
  const { server, store, clock, send } = startTestServer();
  await send('POST', `${group}/cronjobs`, {
    metadata: { name: 'x' },
    spec: { schedule: '0 * * * *', jobTemplate: { spec: { template } } },
  });
  clock.advanceTo(at(9));
  const stored = (await store.get({ resource: 'cronjobs', namespace: 'default', name: 'x' }))!;
  const object = { ...stored.object, status: { lastScheduleTime: '2030-01-01T06:00:00Z' } };
  const skipped = ledger ? [{ scheduledAt: at(3), reason: 'Missed' }] : [];
  await store.replace(stored.key, stored.revision, object, { settledUntil: at(6), schedule: '0 * * * *', skipped });
  const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };
  const client = new ApiClient((request) => server.fetch(request, administrator));
  const told: [number, Outcome][] = [];
  const report = {
    tick: (time: string, job: string, outcome: Outcome): void => {
      told.push([(Date.parse(time) - at(0)) / 3_600_000, outcome]);
      // Nobody runs them here.
      if (outcome === 'started') void client.delete(`${group}/jobs/${job}`, { propagationPolicy: 'Background' });
    },
  };
  const range = { from: at(hour), to: at(to), parallel: 1, rerun, now: at(8), pollMs: 1 };
  await backfill(new Target(client, 'default', 'x'), range, report);
  return told.filter(([, outcome]) => outcome !== 'gone');
}

describe('a backfill of ticks that the schedule has had', () => {
  it('runs those that are known not to have run, those before the CronJob and those that are open', async () => {
    expect(await backfillFrom(-2)).toEqual([
      [-2, 'started'],
      [-1, 'started'],
      [0, 'started'],
      [1, 'may have run'],
      [2, 'may have run'],
      [3, 'started'],
      [4, 'may have run'],
      [5, 'may have run'],
      [6, 'may have run'],
      [7, 'started'],
      [8, 'started'],
    ]);
  });

  it('runs them all when told to', async () => {
    const told = await backfillFrom(2, { rerun: true, to: 5 });
    expect(told).toEqual([2, 3, 4].map((hour) => [hour, 'started']));
  });

  it('knows of none that did not run where nothing is written down', async () => {
    expect(await backfillFrom(3, { ledger: false, to: 4 })).toEqual([[3, 'may have run']]);
  });
});

describe('what cannot be backfilled', () => {
  const spec = { schedule: '* * * * *', jobTemplate: { spec: { template } } };
  it.each([
    [{}, 1, undefined],
    [{}, 5, undefined],
    [{ schedule: ' @every 5m' }, 1, ' @every 5m has no times to go back to'],
    [{ jobTemplate: { spec: { suspend: true, template } } }, 1, 'its Jobs are made suspended, and would never end'],
    [{ concurrencyPolicy: 'Forbid' }, 1, undefined],
    [{ concurrencyPolicy: 'Forbid' }, 2, 'its concurrencyPolicy is Forbid: its Jobs cannot run in parallel'],
    [{ concurrencyPolicy: 'Replace' }, 2, 'its concurrencyPolicy is Replace: its Jobs cannot run in parallel'],
  ])('%j with %i at the same time: %s', (change, parallel, why) => {
    expect(whyNot({ spec: { ...spec, ...change } } as never, { parallel })).toBe(why);
  });
});
