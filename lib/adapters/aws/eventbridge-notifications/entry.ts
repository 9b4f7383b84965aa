import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Notification } from '../../../ports/notifications.js';

/** What the events' `source` says. */
const SOURCE = 'finite';
/** Raised when a field changes its meaning; fields may be added without. */
const VERSION = '1';

/** A notification as an event; docs/notifications.md shows one. */
export function entryOf(notification: Notification, busName: string, clusterId: string): PutEventsRequestEntry {
  const { type, id, time, object, ...rest } = notification;
  return {
    EventBusName: busName,
    Source: SOURCE,
    DetailType: type,
    Time: new Date(time),
    Detail: JSON.stringify({ version: VERSION, id, type, time, cluster: clusterId, ...object, ...rest }),
  };
}
