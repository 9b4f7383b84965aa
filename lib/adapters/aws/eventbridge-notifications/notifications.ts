import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../../ports/clock.js';
import type { Notification, Notifications } from '../../../ports/notifications.js';
import { pastThrottles } from '../throttles.js';
import { entryOf } from './entry.js';

export interface EventBridgeNotificationsOptions {
  readonly eventBridge: EventBridgeClient;
  /** Name or ARN of the bus. */
  readonly bus: string;
  /** Told with each event, where several clusters share a bus. */
  readonly clusterId: string;
  readonly clock: Clock;
}

/** The most a request may carry. */
const BATCH_MAX = 10;

/** Notifications as events of an EventBridge bus, in requests of ten, in order. */
export class EventBridgeNotifications implements Notifications {
  constructor(readonly options: EventBridgeNotificationsOptions) {}

  async tell(notifications: readonly Notification[]): Promise<void> {
    const { bus, clusterId } = this.options;
    const entries = notifications.map((notification) => entryOf(notification, bus, clusterId));
    for (let start = 0; start < entries.length; start += BATCH_MAX) {
      await this.#put(entries.slice(start, start + BATCH_MAX));
    }
  }

  /** Those that were not taken are sent again; the bus takes each by itself. */
  async #put(entries: readonly PutEventsRequestEntry[]): Promise<void> {
    let left = entries;
    await pastThrottles(this.options.clock, async () => {
      const { Entries = [] } = await this.options.eventBridge.send(new PutEventsCommand({ Entries: [...left] }));
      const refused = Entries.filter(({ ErrorCode }) => ErrorCode !== undefined);
      left = left.filter((_, i) => Entries[i]?.ErrorCode !== undefined);
      if (refused.length > 0) throw new NotTaken(refused[0]!.ErrorCode!, refused[0]!.ErrorMessage);
    });
  }
}

/** Some of a request's events were not taken. */
class NotTaken extends Error {
  constructor(
    override readonly name: string,
    message = name,
  ) {
    super(message);
  }
}
