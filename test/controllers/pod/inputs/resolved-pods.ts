import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';
import { resolveInputs } from '../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import type { InputObjects, PodFacts } from '../../../../lib/controllers/pod/inputs/types.js';

export const facts: PodFacts = {
  nodeName: 'node-1',
  hostIP: '10.0.0.1',
  podIP: '10.88.0.7',
  nodeAllocatable: { cpu: '2', memory: '4Gi' },
};

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What there is in the namespace: a ConfigMap `settings` and a Secret `login`. */
export const objects: InputObjects = {
  configMap: (name) =>
    name === 'settings'
      ? { data: { colour: 'blue', 'a=b': 'never a variable', größe: '1' }, binaryData: { raw: base64('\u0000\u0001') } }
      : undefined,
  secret: (name) =>
    name === 'login' ? { data: { user: base64('admin'), password: base64('pässword🔑') } } : undefined,
};

export function podWith(container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'pi-abc',
      namespace: 'math',
      uid: 'uid-1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'pi', tier: 'back' },
      annotations: { note: 'two\nlines "quoted"' },
    },
    spec: { ...spec, containers: [{ name: 'main', image: 'busybox', ...container }] },
    status: {},
  };
}

/** What a container is given; throws where it, or the pod, is held up. */
export function inputsOf(pod: Pod, name = 'main') {
  const resolved = resolveInputs(pod, objects, facts);
  if (resolved.problem) throw new Error(resolved.problem.message);
  const container = resolved.containers[name]!;
  if (container.problem) throw new Error(container.problem.message);
  return { ...container, volumes: resolved.volumes, events: resolved.events };
}

/** What holds the pod up, or its container `main`. */
export function problemOf(pod: Pod) {
  const resolved = resolveInputs(pod, objects, facts);
  return resolved.problem ?? resolved.containers['main']!.problem;
}
