import { defaultPod } from '../../../apis/core/v1/pod/defaults.js';
import { bindPod, preparePodForCreate } from '../../../apis/core/v1/pod/prepare.js';
import { preparePodStatus } from '../../../apis/core/v1/pod/prepare-status.js';
import { admitPod, checkOverhead, serviceAccountNameOf } from '../../../apis/core/v1/pod/admission.js';
import { applyAppArmorAnnotations } from '../../../apis/core/v1/pod/apparmor-annotation.js';
import { dropDisabledPodFields } from '../../../apis/core/v1/pod/disabled-fields.js';
import { mergeMatchLabelKeys } from '../../../apis/core/v1/pod/match-label-keys.js';
import { podKind } from '../../../apis/core/v1/pod/kind.js';
import {
  validateEphemeralContainersUpdate,
  validatePod,
  validatePodStatusUpdate,
  validatePodUpdate,
} from '../../../apis/core/v1/pod/validation.js';
import { podStatusWarnings, podWarnings } from '../../../apis/core/v1/pod/warnings.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { ServiceAccount } from '../../../apis/core/v1/serviceaccount/types.js';
import { deletionRulesOf } from '../../../apis/deletion-rules.js';
import type { FieldError } from '../../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { AdmissionContext, Strategy } from '../strategy.js';

type PodObject = KubeObject & Pod;

export const podStrategy: Strategy<PodObject> = {
  kind: podKind,
  deletion: deletionRulesOf('pods'),
  defaults: (object) => defaultPod(object) as PodObject,
  returnsDeletedObject: true,
  hasGeneration: true,
  admit,
  prepareForCreate: (pod) => mergeMatchLabelKeys(preparePodForCreate(withoutDisabled(pod))),
  validate,
  warnings: podWarnings,
  canonicalize: (pod, { nodeName }) => bindPod(pod, nodeName),
  main: {
    prepare: (next, current) => ({ ...withoutDisabled(next), status: current.status }),
    validate: validatePodUpdate,
  },
  subresources: {
    status: {
      prepare: (next, current) => ({
        ...next,
        metadata: withOwnerReferences(next, current),
        spec: current.spec,
        status: preparePodStatus(next.status, current.status),
      }),
      validate: validatePodStatusUpdate,
      warnings: podStatusWarnings,
    },
    ephemeralcontainers: {
      prepare: (next, current) => ({
        ...current,
        metadata: { ...current.metadata, resourceVersion: next.metadata.resourceVersion },
        spec: { ...current.spec, ephemeralContainers: next.spec.ephemeralContainers },
      }),
      validate: validateEphemeralContainersUpdate,
    },
  },
};

async function admit(pod: PodObject, { store, ids, warn }: AdmissionContext): Promise<PodObject> {
  const { namespace = '' } = pod.metadata;
  const key = { resource: 'serviceaccounts', namespace, name: serviceAccountNameOf(pod) };
  const stored = await store.get(key);
  const serviceAccount = stored?.object as (KubeObject & ServiceAccount) | undefined;
  return applyAppArmorAnnotations(admitPod(pod, { serviceAccount, volumeSuffix: ids.nameSuffix(5) }), warn);
}

function validate(pod: PodObject): readonly FieldError[] {
  const errors = validatePod(pod);
  if (errors.length === 0) checkOverhead(pod);
  return errors;
}

/** Whoever reports a pod's state does not decide whose it is. */
function withOwnerReferences(next: PodObject, current: PodObject): PodObject['metadata'] {
  const { ownerReferences: _, ...metadata } = next.metadata;
  const { ownerReferences } = current.metadata;
  return ownerReferences === undefined ? metadata : { ...metadata, ownerReferences };
}

function withoutDisabled(pod: PodObject): PodObject {
  const spec = dropDisabledPodFields(pod.spec);
  return spec === pod.spec ? pod : { ...pod, spec };
}
