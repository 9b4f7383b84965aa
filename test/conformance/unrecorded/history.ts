import type { PodReport, PodSelector, Step } from '../behaviour/scenario.js';

/** What happens in a history that nobody has recorded, by Kubernetes' rules. */
export interface Unrecorded {
  readonly steps: readonly Step[];
  /** The Job's status after the last step, without times, lists of UIDs and what is 0; conditions as `Type Reason`. */
  readonly status: object;
  /** The reasons of all events, each once, in the order of the alphabet. */
  readonly reasons?: readonly string[];
  /** Pods whose owner went with the last step, by number. */
  readonly released?: readonly number[];
}

/** Creates the Job `j`, whose pods are deleted gracefully. */
export function job(spec: object): Step {
  const template = { spec: { restartPolicy: 'Never', nodeName: 'node-1', containers: [{ name: 'c', image: 'i' }] } };
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template, ...spec } };
  return { do: 'create', object };
}

export function indexed(completions: number, parallelism: number, spec: object = {}): Step {
  return job({ completionMode: 'Indexed', completions, parallelism, ...spec });
}

export function change(spec: object): Step {
  return { do: 'patch', kind: 'job', name: 'j', body: { spec } };
}

export const unended: PodSelector = { phase: ['Pending', 'Running'] };
export const deleting: PodSelector = { deleting: true };

export function succeed(pod: PodSelector): Step {
  return { do: 'setPod', pod, phase: 'Succeeded' };
}

export function fail(pod: PodSelector, exit = 1, report: Partial<PodReport> = {}): Step {
  return { do: 'setPod', pod, phase: 'Failed', exit, ...report };
}

export const run: Step = { do: 'setPod', pod: { phase: 'Pending' }, phase: 'Running' };
/** The kubelet has ended the pods that were being deleted. */
export const letGo: Step = { do: 'deletePod', pod: deleting, grace: 0 };

export function untilPods(pods: number): Step {
  return { do: 'await', for: { pods }, max: 60 };
}

/** A podFailurePolicy of one rule for each exit code. */
export function onExit(...rules: readonly (readonly [action: string, code: number])[]): object {
  return { rules: rules.map(([action, code]) => ({ action, onExitCodes: { operator: 'In', values: [code] } })) };
}
