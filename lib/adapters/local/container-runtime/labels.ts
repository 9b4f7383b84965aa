import type { PodIdentity } from '../../../ports/pod-runtime.js';

/** How what belongs to pods is found again in the engine. */
export const LABELS = {
  /** The data folder's own id: several servers may share an engine. */
  cluster: 'finite.dev/cluster',
  podUID: 'finite.dev/pod-uid',
  namespace: 'finite.dev/namespace',
  podName: 'finite.dev/pod',
  container: 'finite.dev/container',
  attempt: 'finite.dev/attempt',
  /** The digest the image had when the container was made. */
  imageID: 'finite.dev/image-id',
} as const;

export type Labels = Readonly<Record<string, string>>;

export function podLabels(cluster: string, pod: PodIdentity): Labels {
  return {
    [LABELS.cluster]: cluster,
    [LABELS.podUID]: pod.uid,
    [LABELS.namespace]: pod.namespace,
    [LABELS.podName]: pod.name,
  };
}

export function podOfLabels(labels: Labels): PodIdentity | undefined {
  const uid = labels[LABELS.podUID];
  if (uid === undefined) return undefined;
  return { uid, namespace: labels[LABELS.namespace] ?? '', name: labels[LABELS.podName] ?? '' };
}

/** The same start has the same name, so that the engine itself refuses to create it twice. */
export function containerName(uid: string, container: string, attempt: number): string {
  return `finite_${uid}_${container}_${attempt}`;
}

/** No container can have this name: theirs are DNS labels. */
export function sandboxName(uid: string): string {
  return `finite_${uid}__sandbox`;
}

export function memoryVolumeName(uid: string, volume: string): string {
  return `finite_${uid}_${volume}`;
}

export function labelFilter(label: string, value: string): string {
  return JSON.stringify({ label: [`${label}=${value}`] });
}
