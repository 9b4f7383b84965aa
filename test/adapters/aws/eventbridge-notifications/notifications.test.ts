import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventBridgeNotifications } from '../../../../lib/adapters/aws/eventbridge-notifications/notifications.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { Notification } from '../../../../lib/ports/notifications.js';
import { passing } from '../../../support/virtual-time.js';

/** The bus: what it took, and what it is to refuse. */
class FakeBus {
  readonly taken: PutEventsRequestEntry[] = [];
  readonly sizes: number[] = [];
  /** Error codes for the next entries, in order. */
  refusals: (string | undefined)[] = [];
  readonly client = { send: (command: PutEventsCommand) => this.#send(command) } as unknown as EventBridgeClient;

  async #send({ input: { Entries = [] } }: PutEventsCommand): Promise<unknown> {
    if (Entries.length > 10) throw new Error('too many entries');
    this.sizes.push(Entries.length);
    const answers = Entries.map((entry) => {
      const ErrorCode = this.refusals.shift();
      if (ErrorCode === undefined) this.taken.push(entry);
      return ErrorCode === undefined ? { EventId: 'e' } : { ErrorCode, ErrorMessage: 'refused' };
    });
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  }
}

let clock: VirtualClock;
let bus: FakeBus;
let notifications: EventBridgeNotifications;

beforeEach(() => {
  clock = new VirtualClock(0);
  bus = new FakeBus();
  notifications = new EventBridgeNotifications({ eventBridge: bus.client, bus: 'jobs', clusterId: 'prod', clock });
});

function notification(i: number): Notification {
  return {
    type: 'JobFailed',
    id: `u/JobFailed/${i}`,
    time: '2026-03-01T10:00:00Z',
    object: { kind: 'Job', namespace: 'default', name: `job-${i}`, uid: 'u' },
    reason: 'BackoffLimitExceeded',
  };
}

function numbered(count: number): readonly Notification[] {
  return Array.from({ length: count }, (_, i) => notification(i));
}

function told(): readonly unknown[] {
  return bus.taken.map(({ Detail = '' }) => (JSON.parse(Detail) as { readonly name: string }).name);
}

describe('notifications on an event bus', () => {
  it('are events that say what, when, where and why', async () => {
    await notifications.tell([notification(0)]);
    const [{ Detail = '', ...event } = {}] = bus.taken;
    expect(event).toEqual({
      EventBusName: 'jobs',
      Source: 'finite',
      DetailType: 'JobFailed',
      Time: new Date('2026-03-01T10:00:00Z'),
    });
    expect(JSON.parse(Detail)).toEqual({
      version: '1',
      id: 'u/JobFailed/0',
      type: 'JobFailed',
      time: '2026-03-01T10:00:00Z',
      cluster: 'prod',
      kind: 'Job',
      namespace: 'default',
      name: 'job-0',
      uid: 'u',
      reason: 'BackoffLimitExceeded',
    });
  });

  it('go ten at a time, in order', async () => {
    await notifications.tell(numbered(25));
    expect(bus.sizes).toEqual([10, 10, 5]);
    expect(told()).toEqual(Array.from({ length: 25 }, (_, i) => `job-${i}`));
  });

  it('that were not taken are told again, and only those', async () => {
    bus.refusals = [undefined, 'ThrottlingException', undefined, 'InternalFailure'];
    await passing(clock, notifications.tell(numbered(4)));
    expect(bus.sizes).toEqual([4, 2]);
    expect([...told()].sort()).toEqual(['job-0', 'job-1', 'job-2', 'job-3']);
  });

  it('are given up when the bus will not have them', async () => {
    bus.refusals = ['MalformedDetail'];
    await expect(notifications.tell([notification(0)])).rejects.toThrow('refused');
  });

  it('are given up when the bus goes on throttling', async () => {
    bus.refusals = Array.from({ length: 1000 }, () => 'ThrottlingException');
    await expect(passing(clock, notifications.tell([notification(0)]))).rejects.toThrow('refused');
    expect(bus.sizes.length).toBeGreaterThan(3);
  });

  it('are nothing to ask for when there are none', async () => {
    await notifications.tell([]);
    expect(bus.sizes).toEqual([]);
  });
});
