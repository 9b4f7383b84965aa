import { defaultNamespace } from '../../../apis/core/v1/namespace/defaults.js';
import { namespaceKind } from '../../../apis/core/v1/namespace/kind.js';
import type { Namespace } from '../../../apis/core/v1/namespace/types.js';
import {
  validateNamespace,
  validateNamespaceFinalizeUpdate,
  validateNamespaceStatusUpdate,
  validateNamespaceUpdate,
} from '../../../apis/core/v1/namespace/validation.js';
import { deletionRulesOf } from '../../../apis/deletion-rules.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Strategy } from '../strategy.js';

type NamespaceObject = KubeObject & Namespace;

/** Held while the namespace has contents; the namespace controller takes it away by `/finalize`. */
const finalizer = 'kubernetes';

export const namespaceStrategy: Strategy<NamespaceObject> = {
  kind: namespaceKind,
  deletion: deletionRulesOf('namespaces'),
  defaults: (object) => defaultNamespace(object) as NamespaceObject,
  returnsDeletedObject: true,
  prepareForCreate: (namespace) => withNameLabel(withFinalizer({ ...namespace, status: { phase: 'Active' } })),
  validate: validateNamespace,
  main: {
    prepare: (next, current) => ({ ...withNameLabel(next), spec: current.spec, status: current.status }),
    validate: validateNamespaceUpdate,
  },
  subresources: {
    status: {
      prepare: (next, current) => ({ ...withNameLabel(next), spec: current.spec }),
      validate: validateNamespaceStatusUpdate,
    },
    finalize: {
      prepare: (next, current) => ({ ...withNameLabel(next), status: current.status }),
      validate: validateNamespaceFinalizeUpdate,
    },
  },
};

function withFinalizer(namespace: NamespaceObject): NamespaceObject {
  const finalizers = namespace.spec?.finalizers ?? [];
  if (finalizers.includes(finalizer)) return namespace;
  return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, finalizer] } };
}

/** Every namespace can be selected by its name. */
function withNameLabel(namespace: NamespaceObject): NamespaceObject {
  const { name, labels } = namespace.metadata;
  if (labels?.['kubernetes.io/metadata.name'] === name) return namespace;
  return {
    ...namespace,
    metadata: { ...namespace.metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
  };
}
