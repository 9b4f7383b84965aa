import type { Container, EphemeralContainer } from '../containers.js';
import type { PodSpec } from '../types.js';

/** A container of any list of the spec and its path, below `specPath`. */
export interface PlacedContainer {
  readonly container: Container | EphemeralContainer;
  readonly path: string;
}

/** In Kubernetes' order: init containers, containers, ephemeral containers. `specPath` may be empty. */
export function allContainers(spec: PodSpec, specPath: string): PlacedContainer[] {
  const prefix = specPath === '' ? '' : `${specPath}.`;
  const place = (list: string) => (container: Container | EphemeralContainer, i: number) => ({
    container,
    path: `${prefix}${list}[${i}]`,
  });
  return [
    ...(spec.initContainers ?? []).map(place('initContainers')),
    ...(spec.containers ?? []).map(place('containers')),
    ...(spec.ephemeralContainers ?? []).map(place('ephemeralContainers')),
  ];
}
