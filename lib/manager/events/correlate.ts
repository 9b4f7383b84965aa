import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { EventToRecord } from '../../controllers/decision.js';
import { Recent } from '../recent.js';

/** An event on an object, before it is known whether and as what it is written. */
export interface RawEvent extends EventToRecord {
  readonly component: string;
  readonly object: KubeObject;
}

/** Who an event is about: thousands of them are remembered, their objects are not. */
export type Involved = Pick<KubeObject, 'apiVersion' | 'kind'> &
  Pick<KubeObject['metadata'], 'name' | 'namespace' | 'uid' | 'resourceVersion'>;

/** One event object: further occurrences increase its count. */
export interface Series extends Pick<RawEvent, 'component' | 'type' | 'reason' | 'fieldPath'> {
  readonly key: string;
  readonly involved: Involved;
  /** The newest message; that of combined events changes. */
  message: string;
  count: number;
  readonly firstMs: number;
  lastMs: number;
}

/** From so many different messages of one kind on, they are combined into one event … */
const SIMILAR_MAX = 10;
/** … as long as they come within this time of each other. */
const SIMILAR_MS = 600_000;
/** An object's source may record so many events at once … */
const BURST = 25;
/** … and then one in this time: a Job with a hundred thousand pods does not fill the store with events. */
const REFILL_MS = 300_000;
/** Objects, kinds of events and events remembered. Fewer count less exactly; more hold more memory. */
const REMEMBERED = 4096;

interface Similar {
  readonly messages: Set<string>;
  lastMs: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Decides what an event becomes, as Kubernetes' clients do: the same event again increases a count, many similar ones
 * are combined, and what is left is limited per object.
 */
export class Correlator {
  readonly #similar = new Recent<Similar>(REMEMBERED);
  readonly #series = new Recent<Series>(REMEMBERED);
  readonly #buckets = new Recent<Bucket>(REMEMBERED);

  /** The series the event belongs to, counted; undefined where it is one too many. */
  correlate(event: RawEvent, now: number): Series | undefined {
    const object = event.object.metadata.uid + event.object.kind;
    const kind = [event.component, object, event.type, event.reason].join('\0');
    const combined = this.#isCombined(kind, event.message, now);
    const key = combined ? kind : [kind, event.fieldPath ?? '', event.message].join('\0');
    const message = combined ? `(combined from similar events): ${event.message}` : event.message;
    const series = this.#count(key, event, message, now);
    return this.#allow(event.component + object, now) ? series : undefined;
  }

  /** The series' object is gone: the next occurrence begins a new one. */
  forget(series: Series): void {
    if (this.#series.get(series.key) === series) this.#series.delete(series.key);
  }

  #isCombined(kind: string, message: string, now: number): boolean {
    let similar = this.#similar.get(kind);
    if (!similar || now - similar.lastMs > SIMILAR_MS) similar = { messages: new Set(), lastMs: now };
    similar.lastMs = now;
    similar.messages.add(message);
    const combined = similar.messages.size >= SIMILAR_MAX;
    // Enough to know that there are many.
    if (combined) similar.messages.delete(similar.messages.values().next().value!);
    this.#similar.set(kind, similar);
    return combined;
  }

  #count(key: string, event: RawEvent, message: string, now: number): Series {
    let series = this.#series.get(key);
    if (!series) series = newSeries(key, event, message, now);
    series.message = message;
    series.count++;
    series.lastMs = now;
    this.#series.set(key, series);
    return series;
  }

  #allow(source: string, now: number): boolean {
    const bucket = this.#buckets.get(source) ?? { tokens: BURST, atMs: now };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.atMs) / REFILL_MS);
    bucket.atMs = now;
    this.#buckets.set(source, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}

function newSeries(key: string, event: RawEvent, message: string, now: number): Series {
  const { component, type, reason, fieldPath, object } = event;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const involved = { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion };
  return { key, component, type, reason, fieldPath, involved, message, count: 0, firstMs: now, lastMs: now };
}
