import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { PodRecord } from '../../controllers/pod/record.js';
import { heldPod } from '../../controllers/pod/hold.js';
import { reconcilePod, type PodDecision } from '../../controllers/pod/reconcile.js';
import type { PodIdentity, PodReference } from '../../ports/pod-runtime.js';
import type { Change, JsonObject, StoredObject } from '../../ports/store.js';
import { deleteObject } from '../commands/delete.js';
import { writeOrRemove } from '../commands/write.js';
import { joinKey, splitKey, type Controller } from '../controller.js';
import type { ManagerContext } from '../context.js';
import { PodStarts, type StartsOutcome } from './pod-starts.js';

const COMPONENT = 'kubelet';
const SCHEDULER = 'default-scheduler';
/**
 * Looks at a pod in one run: each may start or stop containers whose outcome is there at once (an instant runtime),
 * so that a pod that comes and goes is written once. One that is still not done then is looked at again later.
 */
const PASSES_MAX = 20;
/** A key of its own: what the runtime still holds from before this process. */
const LEFTOVERS = '/';

/** The kubelet's part: keys are `namespace/pod`. */
export class PodController implements Controller {
  readonly name = 'pod';
  readonly concurrency = 256;
  readonly #starts: PodStarts;
  /** Deleted pods whose leftovers the runtime still has. */
  readonly #gone = new Map<string, PodReference[]>();
  /** By UID, what was last asked to stop. */
  readonly #stops = new Map<string, string>();
  /** UIDs of pods whose placement has been told and whose start is not stored yet. */
  readonly #placed = new Set<string>();
  #compared = false;
  #add: (key: string) => void = () => {};

  constructor(readonly context: ManagerContext) {
    this.#starts = new PodStarts(context, (pod) => this.#add(joinKey(pod.namespace, pod.name)));
  }

  start(add: (key: string) => void): void {
    this.#add = add;
    this.context.runtime.onChange(({ namespace, name }) => add(joinKey(namespace, name)));
  }

  observe(change: Change, add: (key: string) => void): void {
    const { resource, namespace, name } = change.key;
    if (resource !== 'pods') return;
    const pod = change.object as PodObject;
    if (change.type === 'deleted') this.#left(pod, add);
    else if (this.#isOurs(pod) && !isAtRest(pod) && !this.#isSettled(pod, change)) add(joinKey(namespace, name));
  }

  caughtUp(add: (key: string) => void): void {
    if (this.#compared) return;
    this.#compared = true;
    add(LEFTOVERS);
  }

  async reconcile(key: string): Promise<number | undefined> {
    if (key === LEFTOVERS) return this.#removeLeftovers();
    await this.#removeGone(key);
    const { store } = this.context;
    const stored = await store.get({ resource: 'pods', ...splitKey(key) });
    await this.#removeStranger(key, stored?.object.metadata.uid);
    if (!stored || !this.#isOurs(stored.object as PodObject)) return undefined;
    const pod = this.#bound(stored.object as PodObject);
    const identity = { uid: pod.metadata.uid, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
    const isNew = pod.status.startTime === undefined;
    const { startPod } = this.context.runtime;
    // Bound when it was created, or just now: not yet told of where nothing of its start is stored.
    if (isNew && !startPod) this.#tellPlacement(pod, identity);
    const { decision, record, next } = await this.#pass(pod, identity, stored.record as PodRecord | undefined);
    if (isNew && startPod && next.status.startTime !== undefined) this.#tellPlacement(pod, identity);
    await this.#write(stored, next, record);
    this.#placed.delete(identity.uid);
    if (decision.finished) await this.#finish(stored, { ...identity, object: next });
    return decision.requeueAt;
  }

  failed(key: string, error: unknown, failures: number): void {
    const { log, store, events } = this.context;
    log.warn('A pod could not be reconciled; it is tried again.', { key, error });
    if (failures > 1 || key === LEFTOVERS) return;
    const message = `error determining status: ${error instanceof Error ? error.message : String(error)}`;
    const record = (stored: StoredObject | undefined): void => {
      if (stored) {
        const { object } = stored;
        events.record({ type: 'Warning', reason: 'FailedSync', message, component: COMPONENT, object });
      }
    };
    store.get({ resource: 'pods', ...splitKey(key) }).then(record, () => {});
  }

  /** Starts and stops until nothing more is to be done at once. What one pass saw, the next one builds on. */
  async #pass(pod: PodObject, identity: PodIdentity, stored: PodRecord | undefined) {
    const { runtime, clock } = this.context;
    let record = stored;
    let next = pod;
    let problems: StartsOutcome['problems'] = new Map();
    let hold: StartsOutcome['hold'];
    for (let pass = 1; ; pass++) {
      const report = await runtime.observe({ ...identity, object: next });
      next = withAnnotations(next, report.annotations);
      for (const event of report.events) {
        this.#record(pod, { ...event, ...(event.container && { fieldPath: fieldPathOf(pod, event.container) }) });
      }
      const starting = this.#starts.underWay(identity.uid);
      const observed = { pod: next, record, report, nodeIP: runtime.nodeIP, starting, problems, hold };
      const decision = reconcilePod(observed, clock.now());
      const before = record;
      record = decision.record ?? record;
      if (decision.status) next = { ...next, status: decision.status };
      if (pass === PASSES_MAX) return { decision: { ...decision, requeueAt: clock.now() }, record, next };
      if (decision.start.length > 0) {
        const outcome = await this.#starts.start(next, identity, decision.start, heldPod(next, record));
        ({ problems, hold } = outcome);
        // What waits for its place has not been tried.
        if (hold) record = before;
        for (const event of outcome.events) this.#record(pod, event);
        for (const [container, { event }] of problems) {
          this.#record(pod, { ...event, fieldPath: fieldPathOf(pod, container) });
        }
        continue;
      }
      if (decision.stop && (await this.#stop({ ...identity, object: next }, decision.stop))) continue;
      for (const event of decision.events) this.#record(pod, event);
      return { decision, record, next };
    }
  }

  /** Resolves with false when the same has been asked for before. */
  async #stop(identity: PodReference, { containers, killAt }: NonNullable<PodDecision['stop']>): Promise<boolean> {
    const asked = `${killAt} ${containers.join(' ')}`;
    if (this.#stops.get(identity.uid) === asked) return false;
    const { runtime, clock } = this.context;
    this.#starts.cancel(identity.uid);
    await runtime.stop(identity, Math.max(0, Math.ceil((killAt - clock.now()) / 1000)), containers);
    this.#stops.set(identity.uid, asked);
    return true;
  }

  async #write(stored: StoredObject, next: PodObject, record: PodRecord | undefined): Promise<void> {
    if (next === stored.object && record === stored.record) return;
    const { store, feed } = this.context;
    const revision = await writeOrRemove(store, stored, next, record as JsonObject | undefined);
    await feed.reached(revision);
  }

  /** The final phase is durable: containers may go, and with them a pod that only waited for their end. */
  async #finish({ key, object }: StoredObject, identity: PodReference): Promise<void> {
    await this.context.runtime.remove(identity, { logs: false });
    this.#stops.delete(identity.uid);
    this.#starts.forget(identity.uid);
    if (!object.metadata.deletionTimestamp || object.metadata.deletionGracePeriodSeconds === 0) return;
    const target = { resource: key.resource, namespace: key.namespace, name: key.name, uid: identity.uid };
    await deleteObject(this.context, { do: 'delete', target, gracePeriodSeconds: 0 });
  }

  #isOurs({ spec }: PodObject): boolean {
    const { nodeName } = this.context.runtime;
    if (nodeName === undefined) return false;
    return spec.nodeName ? spec.nodeName === nodeName : !spec.schedulingGates?.length;
  }

  #isSettled(pod: PodObject, { previous }: Change): boolean {
    if (!this.context.runtime.isSettled?.(pod)) return false;
    const before = (previous as PodObject | undefined)?.spec.activeDeadlineSeconds;
    return previous === undefined || before === pod.spec.activeDeadlineSeconds;
  }

  #bound(pod: PodObject): PodObject {
    if (pod.spec.nodeName) return pod;
    return { ...pod, spec: { ...pod.spec, nodeName: this.context.runtime.nodeName } };
  }

  /** Once, also when what follows fails and is tried again. */
  #tellPlacement(pod: PodObject, { uid, namespace, name }: PodIdentity): void {
    if (this.context.runtime.pretended || this.#placed.has(uid)) return;
    this.#placed.add(uid);
    const message = `Successfully assigned ${namespace}/${name} to ${pod.spec.nodeName}`;
    this.#record(pod, { type: 'Normal', reason: 'Scheduled', message, component: SCHEDULER });
  }

  /** A pod that was never seen bound counts too: its start may have been asked for before its binding was stored. */
  #left(pod: PodObject, add: (key: string) => void): void {
    const { uid, namespace = '', name } = pod.metadata;
    const { nodeName } = this.context.runtime;
    this.#placed.delete(uid);
    if (nodeName === undefined || (pod.spec.nodeName && pod.spec.nodeName !== nodeName)) return;
    this.#leave({ uid, namespace, name, object: pod }, add);
  }

  #leave(identity: PodReference, add: (key: string) => void): void {
    const key = joinKey(identity.namespace, identity.name);
    this.#gone.set(key, [...(this.#gone.get(key) ?? []), identity]);
    add(key);
  }

  /** What the runtime holds from before and the store does not know any more, or knows as finished, can go. */
  async #removeLeftovers(): Promise<undefined> {
    const { runtime, store } = this.context;
    for (const identity of await runtime.list()) {
      const { uid, namespace, name } = identity;
      const object = (await store.get({ resource: 'pods', namespace, name }))?.object;
      if (object?.metadata.uid !== uid) await runtime.remove(identity, { logs: true });
      else if (isAtRest(object as PodObject)) await runtime.remove(identity, { logs: false });
    }
  }

  async #removeGone(key: string): Promise<void> {
    const waiting: PodReference[] = [];
    for (const identity of this.#gone.get(key) ?? []) {
      this.#starts.cancel(identity.uid);
      await this.context.runtime.remove(identity, { logs: true });
      this.#stops.delete(identity.uid);
      // What is still being started is removed when its start is answered.
      if (this.#starts.awaits(identity.uid)) waiting.push(identity);
      else this.#starts.forget(identity.uid);
    }
    if (waiting.length > 0) this.#gone.set(key, waiting);
    else this.#gone.delete(key);
  }

  /** A start whose answer nobody lived to see may run for a pod that has gone since. */
  async #removeStranger(key: string, uid: string | undefined): Promise<void> {
    const { runtime } = this.context;
    const stranger = runtime.strangerOf?.(splitKey(key), uid);
    if (stranger) await runtime.remove(stranger, { logs: true });
  }

  #record(pod: KubeObject, event: PodDecision['events'][number]): void {
    this.context.events.record({ component: COMPONENT, ...event, object: pod });
  }
}

type PodObject = KubeObject & Pod;

/** The same object where they are there already. */
function withAnnotations(pod: PodObject, annotations: Readonly<Record<string, string>> = {}): PodObject {
  const before = pod.metadata.annotations;
  if (Object.entries(annotations).every(([name, value]) => before?.[name] === value)) return pod;
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...before, ...annotations } } };
}

/** Finished, and not to be deleted: nothing changes any more. */
function isAtRest({ metadata, status }: PodObject): boolean {
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  return finished && (!metadata.deletionTimestamp || metadata.deletionGracePeriodSeconds === 0);
}

function fieldPathOf({ spec }: Pod, container: string): string {
  const init = spec.initContainers?.some(({ name }) => name === container);
  return `spec.${init ? 'initContainers' : 'containers'}{${container}}`;
}
