import type { PodSpec } from '../../../apis/core/v1/pod/types.js';
import type { Volume, VolumeProjection } from '../../../apis/core/v1/pod/volumes.js';
import { forbiddenValue, requiredValue, type FieldError } from '../../../apis/meta/v1/field-error.js';
import { TOKEN_VOLUME_PREFIX } from './names.js';
import { isLate, lateField } from './unsupported-containers.js';

const supported: ReadonlySet<string> = new Set(['name', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI']);

export function volumeRefusals(spec: PodSpec, path: string): readonly FieldError[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    // What admission adds to every pod is left out of the task.
    if (volume.name.startsWith(TOKEN_VOLUME_PREFIX)) return [];
    const at = `${path}.volumes[${index}]`;
    return [
      ...Object.keys(volume)
        .filter((type) => !supported.has(type))
        .map((type) => forbiddenValue(`${at}.${type}`, refusal(type))),
      ...memoryRefusals(volume, spec, at),
      ...downwardRefusals(volume.downwardAPI, `${at}.downwardAPI`),
      ...(volume.projected?.sources ?? []).flatMap((source, i) =>
        projectionRefusals(source, `${at}.projected.sources[${i}]`),
      ),
    ];
  });
}

function refusal(type: string): string {
  if (type === 'hostPath') return 'tasks on Fargate have no host whose files they could see';
  if (type === 'persistentVolumeClaim' || type === 'ephemeral') return 'there are no persistent volumes here';
  return `Fargate cannot mount volumes of type ${type}`;
}

/** Memory is given to a container, not to a task. */
function memoryRefusals({ name, emptyDir }: Volume, spec: PodSpec, path: string): readonly FieldError[] {
  if (emptyDir?.medium !== 'Memory') {
    return emptyDir?.medium ? [forbiddenValue(`${path}.emptyDir.medium`, 'Fargate has disk and Memory only')] : [];
  }
  const mounts = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts.filter((mount) => mount.name === name),
  );
  const why = 'on Fargate memory cannot be shared between containers: leave the medium out to share disk';
  return [
    ...(mounts.length > 1 ? [forbiddenValue(`${path}.emptyDir.medium`, why)] : []),
    ...(emptyDir.sizeLimit === undefined
      ? [requiredValue(`${path}.emptyDir.sizeLimit`, 'memory on Fargate is set aside in a given size')]
      : []),
  ];
}

function downwardRefusals(source: Volume['downwardAPI'], path: string): readonly FieldError[] {
  return (source?.items ?? []).flatMap(({ fieldRef }, index) =>
    isLate(fieldRef?.fieldPath) ? [lateField(`${path}.items[${index}].fieldRef.fieldPath`, fieldRef!.fieldPath)] : [],
  );
}

function projectionRefusals(source: VolumeProjection, path: string): readonly FieldError[] {
  const types = Object.keys(source).filter((type) => !supported.has(type));
  return [
    ...types.map((type) => forbiddenValue(`${path}.${type}`, 'nobody issues it here')),
    ...downwardRefusals(source.downwardAPI, `${path}.downwardAPI`),
  ];
}
