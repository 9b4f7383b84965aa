import type { ConfigMap } from '../../apis/core/v1/configmap/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { ServiceAccount } from '../../apis/core/v1/serviceaccount/types.js';
import type { Secret } from '../../apis/core/v1/secret/types.js';
import { inputReferences } from '../../controllers/pod/inputs/references.js';
import { resolveInputs } from '../../controllers/pod/inputs/resolve-inputs.js';
import type { InputEvent, InputObjects, InputProblem, PodInputs } from '../../controllers/pod/inputs/types.js';
import type { ContainerStart, PodHold, PodIdentity, PodStart } from '../../ports/pod-runtime.js';
import type { ManagerContext } from '../context.js';
import { BrieflyKept } from '../briefly-kept.js';
import { FairGate } from './fair-gate.js';
import { controllerOf } from './job-pods.js';

/** A start that is not answered within this time (an image is pulled) goes on beside: the pod's status is written meanwhile. */
const PATIENCE_MS = 20;

interface Start {
  readonly container: string;
  readonly attempt: number;
}

interface UnderWay {
  /** By container: whether the runtime has been asked, or the start still waits for its turn. */
  readonly containers: Map<string, { asked: boolean }>;
  /** What the runtime threw while nobody waited. */
  error?: unknown;
}

/**
 * Starts asked of the runtime at the same time. More of them do not make an engine faster, only less fair; fewer leave
 * it idle while it waits for its own disk.
 */
const STARTS_MAX = 32;

/** A change of a ServiceAccount may be this late; pods that are launched together ask once. */
const ACCOUNT_KEPT_MS = 1000;

const NONE: ReadonlySet<string> = new Set();

export interface StartsOutcome {
  /** What keeps containers from being started. */
  readonly problems: ReadonlyMap<string, InputProblem>;
  /** What the pod's owner should know all the same. */
  readonly events: readonly InputEvent[];
  /** What the pod as a whole waits for. */
  readonly hold?: PodHold | undefined;
}

/** Starts containers with all they need, and knows which starts have not been answered yet. */
export class PodStarts {
  readonly #underWay = new Map<string, UnderWay>();
  readonly #gate = new FairGate(STARTS_MAX);
  readonly #accounts: BrieflyKept;

  constructor(
    readonly context: ManagerContext,
    /** A start that had gone on beside has been answered. */
    readonly answered: (pod: PodIdentity) => void,
  ) {
    this.#accounts = new BrieflyKept(context.store, context.clock, ACCOUNT_KEPT_MS);
  }

  /** Containers of a pod whose start has not been answered. Throws what such a start has thrown. */
  underWay(uid: string): ReadonlySet<string> {
    const underWay = this.#underWay.get(uid);
    if (!underWay) return NONE;
    const { error, containers } = underWay;
    if (containers.size === 0) this.#underWay.delete(uid);
    if (error === undefined) return new Set(containers.keys());
    underWay.error = undefined;
    throw error;
  }

  /** Gives up the starts of a pod that still wait for their turn. */
  cancel(uid: string): void {
    const containers = this.#underWay.get(uid)?.containers;
    for (const [name, { asked }] of containers ?? []) if (!asked) containers!.delete(name);
  }

  /** Whether the runtime has yet to answer: what it then has started must be removed. */
  awaits(uid: string): boolean {
    return (this.#underWay.get(uid)?.containers.size ?? 0) > 0;
  }

  forget(uid: string): void {
    this.#underWay.delete(uid);
  }

  /** Resolves when all are answered or patience has ended. */
  async start(
    whole: Pod,
    identity: PodIdentity,
    starts: readonly Start[],
    held?: PodStart['held'],
  ): Promise<StartsOutcome> {
    const { runtime } = this.context;
    const pod = runtime.shape?.(whole) ?? whole;
    const inputs = await this.#inputs(pod);
    if (runtime.startPod) return this.#startPod(pod, starts, inputs, held);
    const problems = new Map<string, InputProblem>();
    const running: Promise<void>[] = [];
    for (const { container, attempt } of starts) {
      const request = requestOf(pod, container, attempt, inputs);
      if (request.problem) problems.set(container, request.problem);
      else running.push(this.#startOne(identity, request.start));
    }
    await this.#wait(identity, running);
    return { problems, events: inputs.problem ? [] : inputs.events };
  }

  /** All containers in one; what keeps one of them from being started keeps the whole pod. */
  async #startPod(
    pod: Pod,
    starts: readonly Start[],
    inputs: PodInputs,
    held: PodStart['held'],
  ): Promise<StartsOutcome> {
    const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const attempts = new Map(starts.map(({ container, attempt }) => [container, attempt]));
    const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
    const requests = all.map(({ name }) => {
      const attempt = attempts.get(name) ?? statuses.find((status) => status.name === name)?.restartCount ?? 0;
      return requestOf(pod, name, attempt, inputs);
    });
    const problem = requests.find((request) => request.problem)?.problem;
    const events = inputs.problem ? [] : inputs.events;
    if (problem) return { problems: new Map(starts.map(({ container }) => [container, problem])), events };
    const request: PodStart = {
      pod,
      containers: requests.map(({ start }) => start!),
      asked: new Set(attempts.keys()),
      ...(held && { held }),
      serviceAccountAnnotations: await this.#serviceAccountAnnotations(pod),
    };
    const owner = controllerOf(pod)?.uid ?? pod.metadata.uid;
    const hold = await this.#gate.run(owner, () => this.context.runtime.startPod!(request));
    return { problems: new Map(), events: hold ? [] : events, hold };
  }

  async #serviceAccountAnnotations({ metadata, spec }: Pod): Promise<Readonly<Record<string, string>>> {
    const { namespace = '' } = metadata;
    const name = spec.serviceAccountName || 'default';
    const stored = await this.#accounts.get({ resource: 'serviceaccounts', namespace, name });
    return (stored?.object as (KubeObject & ServiceAccount) | undefined)?.metadata.annotations ?? {};
  }

  async #startOne(identity: PodIdentity, request: ContainerStart): Promise<void> {
    const { uid } = identity;
    const underWay: UnderWay = this.#underWay.get(uid) ?? { containers: new Map() };
    this.#underWay.set(uid, underWay);
    const ticket = { asked: false };
    underWay.containers.set(request.container, ticket);
    try {
      await this.#gate.run(controllerOf(request.pod)?.uid ?? uid, async () => {
        if (underWay.containers.get(request.container) !== ticket) return;
        ticket.asked = true;
        await this.context.runtime.start(request);
      });
    } catch (error) {
      underWay.error = error;
    }
    if (underWay.containers.get(request.container) === ticket) underWay.containers.delete(request.container);
    if (underWay.containers.size === 0 && underWay.error === undefined) this.#drop(uid, underWay);
  }

  #drop(uid: string, underWay: UnderWay): void {
    if (this.#underWay.get(uid) === underWay) this.#underWay.delete(uid);
  }

  async #wait(identity: PodIdentity, running: readonly Promise<void>[]): Promise<void> {
    if (running.length === 0) return;
    const all = Promise.all(running);
    let late = false;
    await new Promise<void>((resolve) => {
      const patience = this.context.timers.after(PATIENCE_MS, () => {
        late = true;
        resolve();
      });
      void all.then(() => {
        patience.cancel();
        if (late) this.answered(identity);
        resolve();
      });
    });
  }

  async #inputs(pod: Pod): Promise<PodInputs> {
    const { store, runtime } = this.context;
    const { configMaps, secrets, podIP: readsPodIP } = inputReferences(pod);
    const namespace = pod.metadata.namespace ?? '';
    const fetch = async (resource: string, names: readonly string[]) =>
      new Map(
        await Promise.all(
          names.map(async (name) => [name, (await store.get({ resource, namespace, name }))?.object] as const),
        ),
      );
    const maps = await fetch('configmaps', configMaps);
    const others = await fetch('secrets', secrets);
    const objects: InputObjects = {
      configMap: (name) => maps.get(name) as ConfigMap | undefined,
      secret: (name) => others.get(name) as Secret | undefined,
    };
    const { nodeName = '', nodeIP: hostIP, nodeAllocatable } = runtime;
    const podIP = pod.status.podIP ?? (readsPodIP ? ((await runtime.podIP?.(pod)) ?? hostIP) : '');
    return resolveInputs(pod, objects, { nodeName, hostIP, podIP, nodeAllocatable });
  }
}

function requestOf(
  pod: Pod,
  container: string,
  attempt: number,
  inputs: PodInputs,
):
  | { readonly start: ContainerStart; readonly problem?: undefined }
  | { readonly start?: undefined; readonly problem: InputProblem } {
  if (inputs.problem) return { problem: inputs.problem };
  const own = inputs.containers[container]!;
  if (own.problem) return { problem: own.problem };
  const spec = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === container)!;
  const { command, args, workingDir, env, mounts } = own;
  const { volumes, pullSecrets } = inputs;
  const hostname = pod.spec.hostname || pod.metadata.name.slice(0, 63);
  const image = spec.image ?? '';
  return {
    start: { pod, container, attempt, image, command, args, workingDir, env, volumes, mounts, pullSecrets, hostname },
  };
}
