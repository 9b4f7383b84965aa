import type { Container } from './containers.js';
import type { PodSpec, PodTemplateSpec } from './types.js';
import type { Volume, VolumeProjection } from './volumes.js';

/**
 * Fields behind gates that are closed in Kubernetes 1.36: known, but dropped from what is written, unless the object
 * has them already. They are `lifecycle.stopSignal`, `schedulingGroup` and the projections of cluster trust bundles
 * and pod certificates.
 */
export function dropDisabledPodFields(spec: PodSpec): PodSpec {
  if (!usesDisabledFields(spec)) return spec;
  const { schedulingGroup: _group, ...rest } = spec;
  const dropped: { -readonly [K in keyof PodSpec]?: PodSpec[K] } = rest;
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const) {
    if (spec[list] !== undefined) dropped[list] = spec[list].map(withoutStopSignal) as never;
  }
  if (spec.volumes !== undefined) dropped.volumes = spec.volumes.map(withoutProjections);
  return dropped as PodSpec;
}

export function dropDisabledTemplateFields(template: PodTemplateSpec): PodTemplateSpec {
  if (template.spec === undefined) return template;
  const spec = dropDisabledPodFields(template.spec);
  return spec === template.spec ? template : { ...template, spec };
}

function usesDisabledFields(spec: PodSpec): boolean {
  if (spec.schedulingGroup !== undefined) return true;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  if (containers.some(({ lifecycle }) => lifecycle?.stopSignal !== undefined)) return true;
  return (spec.volumes ?? []).some(({ projected }) => (projected?.sources ?? []).some(isDisabled));
}

function isDisabled({ clusterTrustBundle, podCertificate }: VolumeProjection): boolean {
  return clusterTrustBundle !== undefined || podCertificate !== undefined;
}

function withoutStopSignal<C extends Pick<Container, 'lifecycle'>>(container: C): C {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { lifecycle, ...rest } = container;
  const { stopSignal: _signal, ...hooks } = lifecycle;
  return (Object.keys(hooks).length === 0 ? rest : { ...rest, lifecycle: hooks }) as C;
}

function withoutProjections(volume: Volume): Volume {
  const { projected } = volume;
  if (projected?.sources?.some(isDisabled) !== true) return volume;
  const sources = projected.sources.map((source) => {
    const { clusterTrustBundle: _trust, podCertificate: _certificate, ...kept } = source;
    return kept;
  });
  return { ...volume, projected: { ...projected, sources } };
}
