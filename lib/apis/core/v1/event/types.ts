import {
  always,
  int32,
  microTime,
  nullable,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { objectMeta, typeMeta } from '../../../meta/v1/types.js';
import { objectReference } from '../references.js';
import type { Served } from '../../../meta/v1/object.js';

export const eventSeries = struct(
  'io.k8s.api.core.v1.EventSeries',
  'What repeated occurrences of an event have in common.',
  {
    count: int32('How often it has occurred up to the last time it was reported.'),
    lastObservedTime: nullable(microTime('When it last occurred.')),
  },
);
export type EventSeries = InferStruct<typeof eventSeries>;

export const eventSource = struct('io.k8s.api.core.v1.EventSource', 'Who reported an event, in the older form.', {
  component: string('The program that reported it.'),
  host: string('The machine on which that program runs.'),
});
export type EventSource = InferStruct<typeof eventSource>;

export const event = struct(
  'io.k8s.api.core.v1.Event',
  'Something that happened to an object, for people to read; kept for a limited time.',
  {
    ...typeMeta,
    action: string('What was being done or went wrong.'),
    count: int32('How often this event has occurred.'),
    eventTime: nullable(microTime('When it first occurred, in microseconds.')),
    firstTimestamp: nullable(time('When it was first recorded.')),
    involvedObject: required(ref(objectReference, 'The object to which it happened.')),
    lastTimestamp: nullable(time('When it was recorded most recently.')),
    message: string('What happened, in words.'),
    metadata: required(ref(objectMeta, 'Name, labels and whatever else every object has.')),
    reason: string('Why it happened, in one CamelCase word.'),
    related: ref(objectReference, 'A second object that has to do with it.'),
    reportingComponent: always(
      string('The controller that reported it, such as `kubernetes.io/kubelet`.', { default: '' }),
    ),
    reportingInstance: always(string('Which instance of that controller reported it.', { default: '' })),
    series: ref(eventSeries, 'How often it has been repeated, if it has.'),
    source: always(ref(eventSource, 'Who reported it, in the older form.')),
    type: string('Normal or Warning.'),
  },
);
export type Event = Served<InferStruct<typeof event>>;
