import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { tellScheduledTime } from '../../../lib/controllers/cronjob/scheduled-time.js';
import { resolveEnvironment } from '../../../lib/controllers/pod/inputs/environment.js';
import { CronJobWorld } from './cronjob-world.js';

const told = { 'finite.dev/scheduled-time': 'true' };
const timestamp = '2030-01-01T01:00:00+01:00';
const spec = {
  template: {
    metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
    spec: {
      containers: [
        { name: 'one', image: 'i', env: [{ name: 'AT', value: 'at $(FINITE_SCHEDULED_TIME)' }] },
        { name: 'two', image: 'i', env: [{ name: 'FINITE_SCHEDULED_TIME', value: 'mine' }] },
      ],
      initContainers: [{ name: 'first', image: 'i' }],
    },
  },
} as unknown as JobSpec;

function environmentOf(template: JobSpec['template'], name: string): Record<string, string> {
  const pod = {
    ...template,
    metadata: { ...template.metadata, name: 'p', namespace: 'default', uid: 'u' },
  } as never as Pod;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = containers.find((each) => each.name === name)!;
  const objects = { configMap: () => undefined, secret: () => undefined };
  return Object.fromEntries(resolveEnvironment(container, { pod, objects, facts: {}, events: [] } as never));
}

describe('the scheduled time', () => {
  it('is in the environment of all containers, where other variables can use it', () => {
    const { template } = tellScheduledTime(new CronJobWorld(told).cronJob, spec, timestamp);
    const AT = `at ${timestamp}`;
    expect(environmentOf(template, 'one')).toEqual({ FINITE_SCHEDULED_TIME: timestamp, AT });
    expect(environmentOf(template, 'first')).toEqual({ FINITE_SCHEDULED_TIME: timestamp });
    expect(template.metadata).toEqual({
      labels: { a: 'b' },
      annotations: { c: 'd', 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp },
    });
  });

  it('does not replace a variable of that name', () => {
    const { template } = tellScheduledTime(new CronJobWorld(told).cronJob, spec, timestamp);
    expect(environmentOf(template, 'two')).toEqual({ FINITE_SCHEDULED_TIME: 'mine' });
  });

  it.each([[{}], [{ 'finite.dev/jitter': '1s', 'finite.dev/scheduled-time': 'false' }]])(
    'leaves the Jobs of a CronJob with %j as they are',
    (annotations) => {
      expect(tellScheduledTime(new CronJobWorld(annotations as never).cronJob, spec, timestamp)).toBe(spec);
    },
  );

  it('is told in the time zone of the CronJob by the Jobs it makes', () => {
    const world = new CronJobWorld(told, { timeZone: 'Europe/Berlin' });
    world.runUntil('2030-01-01T00:01:00Z');
    const { template } = world.created[0]!.object['spec'] as JobSpec;
    expect(environmentOf(template, 'c')).toEqual({ FINITE_SCHEDULED_TIME: '2030-01-01T01:01:00+01:00' });
  });
});
