import type { Event } from '../../apis/core/v1/event/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import { Absent, RevisionMismatch, type ObjectKey, type Revision, type Store } from '../../ports/store.js';
import type { Log } from '../log.js';
import type { Rush } from '../rush.js';
import type { TerminatingNamespaces } from '../terminating-namespaces.js';
import { Correlator, type RawEvent, type Series } from './correlate.js';

/** Waiting events beyond this are dropped: events are a courtesy and must not take the memory that work needs. */
const WAITING_MAX = 10_000;
/** Writes under way at the same time. */
const WRITING_MAX = 64;

/** The event object of a series, as it was last written: it is read again for the next write. */
interface Written {
  readonly key: ObjectKey;
  readonly revision: Revision;
}

/**
 * Writes events beside the work, never in its way: `record` returns at once. Occurrences of the same event that come
 * while it is being written are written together.
 */
export class EventRecorder {
  readonly #correlator = new Correlator();
  readonly #waiting = new Set<Series>();
  readonly #writing = new Set<Series>();
  readonly #written = new WeakMap<Series, Written>();
  /** Recorded in a rush, and when. */
  #held: { readonly event: RawEvent; readonly atMs: number }[] = [];
  /** The hexadecimal ending of the last event's name: nanoseconds since 1970, never the same twice. */
  #lastStamp = 0n;

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly ids: Ids,
    readonly terminating: TerminatingNamespaces,
    readonly log: Log,
    readonly settled: () => void,
    /** What events wait for. */
    readonly rush?: Rush,
  ) {
    rush?.whenOver(() => this.#takeHeld());
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#writing.size === 0 && this.#held.length === 0;
  }

  record(event: RawEvent): void {
    if (this.terminating.has(event.object.metadata.namespace ?? '')) return;
    if (!this.rush?.isOn) {
      this.#take(event, this.clock.now());
      this.#pump();
    } else if (this.#held.length < WAITING_MAX) {
      const { apiVersion, kind, metadata } = event.object;
      this.#held.push({ event: { ...event, object: { apiVersion, kind, metadata } }, atMs: this.clock.now() });
    }
  }

  #take(event: RawEvent, atMs: number): void {
    const series = this.#correlator.correlate(event, atMs);
    if (series && this.#waiting.size < WAITING_MAX) this.#waiting.add(series);
  }

  #takeHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const { event, atMs } of held) this.#take(event, atMs);
    this.#pump();
  }

  #pump(): void {
    if (this.rush?.isOn) return;
    for (const series of this.#waiting) {
      if (this.#writing.size >= WRITING_MAX) return;
      if (this.#writing.has(series)) continue;
      this.#waiting.delete(series);
      this.#writing.add(series);
      void this.#write(series).finally(() => {
        this.#writing.delete(series);
        this.#pump();
        if (this.idle) this.settled();
      });
    }
  }

  async #write(series: Series): Promise<void> {
    try {
      const written = this.#written.get(series);
      if (written) await this.#update(series, written);
      else await this.#create(series);
    } catch (error) {
      if (error instanceof Absent || error instanceof RevisionMismatch) {
        // Expired or changed by somebody else: the next occurrence begins anew.
        this.#correlator.forget(series);
        return;
      }
      this.log.warn('An event could not be written.', { reason: series.reason, error });
    }
  }

  async #update(series: Series, { key, revision }: Written): Promise<void> {
    const stored = await this.store.get(key);
    if (!stored) throw new Absent(key);
    const changed = {
      ...stored.object,
      count: series.count,
      lastTimestamp: formatTime(series.lastMs),
      message: series.message,
    };
    const replaced = await this.store.replace(key, revision, changed);
    this.#written.set(series, { key, revision: replaced.revision });
  }

  async #create(series: Series): Promise<void> {
    const { name, namespace } = series.involved;
    const key = { resource: 'events', namespace: namespace || 'default', name: `${name}.${this.#stamp()}` };
    const { revision } = await this.store.create(key, this.#eventObject(series, key));
    this.#written.set(series, { key, revision });
  }

  #stamp(): string {
    const now = BigInt(Math.floor(this.clock.now())) * 1_000_000n;
    this.#lastStamp = now > this.#lastStamp ? now : this.#lastStamp + 1n;
    return this.#lastStamp.toString(16).padStart(16, '0');
  }

  #eventObject(series: Series, key: ObjectKey): Event {
    const { apiVersion, kind, name, namespace, uid, resourceVersion } = series.involved;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: key.name,
        namespace: key.namespace,
        uid: this.ids.uid(),
        creationTimestamp: formatTime(this.clock.now()),
      },
      involvedObject: {
        kind,
        ...(namespace && { namespace }),
        name,
        uid,
        apiVersion,
        ...(resourceVersion && { resourceVersion }),
        ...(series.fieldPath && { fieldPath: series.fieldPath }),
      },
      reason: series.reason,
      message: series.message,
      source: { component: series.component },
      firstTimestamp: formatTime(series.firstMs),
      lastTimestamp: formatTime(series.lastMs),
      count: series.count,
      type: series.type,
      reportingComponent: series.component,
      reportingInstance: '',
    };
  }
}
