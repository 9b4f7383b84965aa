import type { Kind } from '../../../meta/v1/kind.js';
import { event, type Event } from './types.js';

export const eventKind: Kind<Event> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  schema: event,
};
