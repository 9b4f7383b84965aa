import { decode } from '../../apis/meta/v1/decode.js';
import { apiVersionOf } from '../../apis/meta/v1/kind.js';
import type { Range, Revision } from '../../ports/store.js';
import type { Handler, ResourceRequest, ServerContext } from '../context.js';
import { notAcceptable } from '../http/negotiation.js';
import { partialMetadata, representRow } from '../represent.js';
import { checkIncludeObject } from '../tables/table.js';
import { changeEvents, initialEvents, type EventBatch, type WatchEvent } from '../watch/events.js';
import { watchStream } from '../watch/stream.js';
import { parseWatchOptions, type WatchOptions } from '../watch/watch-options.js';
import { parseSelectors, type Matches } from './selectors.js';

/** Answers with events for as long as the client and `timeoutSeconds` let it. */
export const watch: Handler = async (context, asked) => {
  const { kind, query, namespace, representation } = asked;
  if (representation.mediaType !== 'application/json') {
    throw notAcceptable('only the following media types are accepted: application/json;stream=watch');
  }
  const options = parseWatchOptions(query, () => random(context));
  if (representation.as === 'Table') checkIncludeObject(query.get('includeObject'));
  const { matches } = parseSelectors(kind, query);
  const range = { resource: kind.resource, ...(kind.namespaced && namespace ? { namespace } : {}) };
  const body = watchStream((signal) => eventsOf(context, range, matches, options, signal), {
    clock: context.clock,
    timeoutMs: options.timeoutMs,
    encode: encoderOf(context, asked),
    bookmark: options.allowWatchBookmarks ? (revision, initial) => bookmark(asked, revision, initial) : undefined,
  });
  return new Response(body, {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
  });
};

/** In [0, 1). */
function random({ registry: { ids } }: ServerContext): number {
  return Number.parseInt(ids.uid().slice(0, 8), 16) / 2 ** 32;
}

async function* eventsOf(
  { registry: { store } }: ServerContext,
  range: Range,
  matches: Matches | undefined,
  { after, sendInitialEvents }: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<EventBatch | 'initial-events-end'> {
  let from = after;
  if (from === undefined) {
    for await (const batch of initialEvents(store, range, matches)) {
      from = batch.revision;
      yield batch;
    }
    if (sendInitialEvents) yield 'initial-events-end';
  }
  yield* changeEvents(store, range, from!, matches, signal);
}

/** Plain objects are printed once for all watchers; of Tables only the first one says its columns. */
function encoderOf({ texts, clock }: ServerContext, asked: ResourceRequest): (event: WatchEvent) => string {
  const { as, asVersion } = asked.representation;
  let columnsSaid = false;
  return (event) => {
    if (event.type === 'ERROR') return line('ERROR', JSON.stringify(event.status));
    if (as === undefined) return line(event.type, texts.textOf(event.object));
    if (as !== 'Table') return line(event.type, JSON.stringify(partialMetadata(event.object, asVersion)));
    const table = representRow(asked, event.object, clock.now(), !columnsSaid);
    columnsSaid = true;
    return line(event.type, JSON.stringify(table));
  };
}

function line(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}`;
}

/** The empty object of its kind but for the revision, as Go prints it: lists that are nothing are null. */
function bookmark({ kind, representation }: ResourceRequest, revision: Revision, initial: boolean): string {
  const metadata = {
    resourceVersion: String(revision),
    ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
  const partial = representation.as === 'PartialObjectMetadata' || representation.as === 'PartialObjectMetadataList';
  const object = partial
    ? { kind: 'PartialObjectMetadata', apiVersion: representation.asVersion, metadata }
    : { kind: kind.kind, apiVersion: apiVersionOf(kind), ...decode(kind.schema, { metadata }).object };
  const text = JSON.stringify(object, (_, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? null : value,
  );
  return line('BOOKMARK', text);
}
