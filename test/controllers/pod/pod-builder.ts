import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { ObservedContainer } from '../../../lib/controllers/pod/containers.js';
import { reconcilePod, type ObservedPod, type PodDecision } from '../../../lib/controllers/pod/reconcile.js';

export const NOW = Date.UTC(2026, 0, 1, 0, 1);

type State = ObservedContainer['state'];

export const running = (startedAt = NOW - 5000): State => ({ type: 'running', startedAt });
export const exited = (exitCode: number, finishedAt = NOW - 1000): State => ({
  type: 'terminated',
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  startedAt: finishedAt - 1000,
  finishedAt,
});
export const waiting = (reason: string): State => ({ type: 'waiting', reason });

/** A pod under observation, built step by step; each step gives a new one. */
export class PodCase {
  constructor(readonly observed: ObservedPod = NEW) {}

  spec(spec: Partial<Pod['spec']>): PodCase {
    return this.#with({ pod: { ...this.observed.pod, spec: { ...this.observed.pod.spec, ...spec } } });
  }

  metadata(metadata: Partial<Pod['metadata']>): PodCase {
    return this.#with({ pod: { ...this.observed.pod, metadata: { ...this.observed.pod.metadata, ...metadata } } });
  }

  status(status: Partial<Pod['status']>): PodCase {
    return this.#with({ pod: { ...this.observed.pod, status: { ...this.observed.pod.status, ...status } } });
  }

  /** What the runtime reports of a container. */
  reports(name: string, state: State, attempt = 0): PodCase {
    const others = this.observed.report.containers.filter((container) => container.name !== name);
    return this.#with({ report: { ...this.observed.report, containers: [...others, { name, attempt, state }] } });
  }

  /** As if the runtime had never heard of the pod. */
  forgotten(): PodCase {
    return this.#with({ report: { containers: [] } });
  }

  with(observed: Partial<ObservedPod>): PodCase {
    return this.#with(observed);
  }

  decide(now = NOW): PodDecision {
    return reconcilePod(this.observed, now);
  }

  /** The decision when everything to start has been asked for and not been answered. */
  started(now = NOW): PodDecision {
    const starting = new Set(this.decide(now).start.map(({ container }) => container));
    return starting.size === 0 ? this.decide(now) : this.with({ starting }).decide(now);
  }

  /** The pod after a decision has been written. */
  after(now = NOW): PodCase {
    const { status, record } = this.started(now);
    const { pod } = this.observed;
    return this.#with({ ...(status && { pod: { ...pod, status } }), ...(record && { record }) });
  }

  #with(observed: Partial<ObservedPod>): PodCase {
    return new PodCase({ ...this.observed, ...observed });
  }
}

const NEW: ObservedPod = {
  pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never', nodeName: 'n' },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  },
  record: undefined,
  report: { containers: [] },
  nodeIP: '10.0.0.1',
  starting: new Set(),
  problems: new Map(),
};

/** For `PodCase.spec`. */
export const TWO_CONTAINERS = {
  containers: [
    { name: 'a', image: 'i' },
    { name: 'b', image: 'i' },
  ],
};
