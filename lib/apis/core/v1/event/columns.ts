import { column, nameColumn, timeSince, wideColumn, type Columns } from '../../../meta/v1/columns.js';
import type { Event } from './types.js';

export const eventColumns: Columns<Event> = {
  columns: [
    column('Last Seen', 'The time at which the most recent occurrence of this event was recorded.'),
    column('Type', 'Type of this event (Normal, Warning), new types could be added in the future'),
    column(
      'Reason',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    ),
    column('Object', 'The object that this event is about.'),
    wideColumn(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
    ),
    wideColumn('Source', 'The component reporting this event. Should be a short machine understandable string.'),
    column('Message', 'A human-readable description of the status of this operation.'),
    wideColumn(
      'First Seen',
      'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
    ),
    wideColumn('Count', 'The number of times this event has occurred.'),
    { ...nameColumn, priority: 1 },
  ],
  cells: (event, now) => [
    lastSeen(event, now),
    event.type ?? '',
    event.reason ?? '',
    objectText(event),
    event.involvedObject.fieldPath ?? '',
    sourceText(event),
    event.message?.trim() ?? '',
    firstSeen(event, now),
    event.series?.count ?? (event.series ? 0 : event.count || 1),
    event.metadata.name,
  ],
};

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return timeSince(firstTimestamp ?? eventTime, now);
}

function lastSeen(event: Event, now: number): string {
  if (event.series !== undefined) return timeSince(event.series.lastObservedTime, now);
  return event.lastTimestamp ? timeSince(event.lastTimestamp, now) : firstSeen(event, now);
}

function objectText({ involvedObject }: Event): string {
  const kind = involvedObject.kind?.toLowerCase() ?? '';
  return involvedObject.name ? `${kind}/${involvedObject.name}` : kind;
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}
