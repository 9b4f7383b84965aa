import { randomUUID } from 'node:crypto';
import type { Container } from '../../lib/apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../lib/apis/core/v1/pod/types.js';
import type { ContainerStart } from '../../lib/ports/pod-runtime.js';

/** A pod with these containers, `main` when nothing is said. */
export function makePod(containers: readonly Partial<Container>[] = [{}], spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'pi-abcde',
      namespace: 'default',
      uid: randomUUID(),
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { ...spec, containers: containers.map((each) => ({ name: 'main', image: 'busybox', ...each })) },
    status: {},
  };
}

/** The start of one of its containers, with nothing but what `start` adds to it. */
export function startOf(pod: Pod, start: Partial<ContainerStart> = {}): ContainerStart {
  const name = start.container ?? 'main';
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((each) => each.name === name)!;
  return {
    pod,
    container: name,
    attempt: 0,
    image: container.image!,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    env: [],
    volumes: [],
    mounts: [],
    pullSecrets: [],
    hostname: pod.metadata.name,
    ...start,
  };
}

/** For a shell: ends with a code, or runs on. */
export function scriptOf(behaviour: { readonly exitCode: number } | 'forever'): string {
  return behaviour === 'forever' ? 'while true; do sleep 0.1; done' : `exit ${behaviour.exitCode}`;
}
