import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { Volume } from '../../../apis/core/v1/pod/volumes.js';

export interface InputReferences {
  /** Names of ConfigMaps and Secrets in the pod's namespace, each once. */
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
  /** Whether some value reads the pod's own address, so that its network must be there before its first container. */
  readonly podIP: boolean;
}

/** What must be at hand before `resolveInputs` can answer, pull secrets included. */
export function inputReferences(pod: Pod): InputReferences {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const fieldPaths = new Set<string>();
  for (const each of pod.spec.initContainers ?? []) addContainer(each);
  for (const each of pod.spec.containers) addContainer(each);
  for (const each of pod.spec.volumes ?? []) addVolume(each);
  for (const { name } of pod.spec.imagePullSecrets ?? []) if (name) secrets.add(name);
  return {
    configMaps: [...configMaps],
    secrets: [...secrets],
    podIP: fieldPaths.has('status.podIP') || fieldPaths.has('status.podIPs'),
  };

  function addContainer({ env, envFrom }: Container): void {
    for (const { configMapRef, secretRef } of envFrom ?? []) {
      if (configMapRef?.name) configMaps.add(configMapRef.name);
      if (secretRef?.name) secrets.add(secretRef.name);
    }
    for (const { valueFrom } of env ?? []) {
      if (valueFrom?.configMapKeyRef?.name) configMaps.add(valueFrom.configMapKeyRef.name);
      if (valueFrom?.secretKeyRef?.name) secrets.add(valueFrom.secretKeyRef.name);
      if (valueFrom?.fieldRef) fieldPaths.add(valueFrom.fieldRef.fieldPath);
    }
  }

  function addVolume({ configMap, secret, downwardAPI, projected }: Volume): void {
    const sources = [...(projected?.sources ?? []), { configMap, secret: { name: secret?.secretName }, downwardAPI }];
    for (const source of sources) {
      if (source.configMap?.name) configMaps.add(source.configMap.name);
      if (source.secret?.name) secrets.add(source.secret.name);
      for (const { fieldRef } of source.downwardAPI?.items ?? []) if (fieldRef) fieldPaths.add(fieldRef.fieldPath);
    }
  }
}
