import { jobKind } from '../../apis/batch/v1/job/kind.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import { eventKind } from '../../apis/core/v1/event/kind.js';
import type { Event } from '../../apis/core/v1/event/types.js';
import { namespaceKind } from '../../apis/core/v1/namespace/kind.js';
import type { Namespace } from '../../apis/core/v1/namespace/types.js';
import { podKind } from '../../apis/core/v1/pod/kind.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { secretKind } from '../../apis/core/v1/secret/kind.js';
import type { Secret } from '../../apis/core/v1/secret/types.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';

type Read = (object: KubeObject) => string;

/** What a kind's objects can be selected by: Kubernetes fixes it for each kind, it is not every field. */
interface SelectableFields {
  /** How to read a field; undefined where nothing can be selected by it. */
  readonly valueOf: (field: string) => Read | undefined;
  /** What a request that names another field is told. */
  readonly refusal: (field: string) => string;
}

const name: Read = ({ metadata }) => metadata.name;
const namespace: Read = ({ metadata }) => metadata.namespace ?? '';

export function selectableFieldsOf(kind: Kind): SelectableFields {
  return byKind.get(kind) ?? metadataOnly;
}

const metadataOnly: SelectableFields = {
  valueOf: lookup({ 'metadata.name': name, 'metadata.namespace': namespace }),
  refusal: (field) => `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
};

const byKind = new Map<Kind, SelectableFields>([
  [
    jobKind as Kind,
    fields<Job>(
      { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
      (field) => `field label "${field}" not supported for Job`,
    ),
  ],
  [
    podKind as Kind,
    fields<Pod>({
      'spec.nodeName': nodeName,
      'spec.host': nodeName,
      'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
      'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
      'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
      'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
      'status.phase': ({ status }) => status?.phase ?? '',
      'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
      // Kubernetes accepts it and compares with nothing.
      'status.podIPs': () => '',
      'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
    }),
  ],
  [
    eventKind as Kind,
    fields<Event>({
      'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
      'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
      'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
      'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
      'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
      'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
      'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
      reason: ({ reason }) => reason ?? '',
      reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
      source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ''),
      type: ({ type }) => type ?? '',
    }),
  ],
  [secretKind as Kind, fields<Secret>({ type: ({ type }) => type ?? '' })],
  [
    namespaceKind as Kind,
    {
      valueOf: lookup({ 'metadata.name': name, 'status.phase': (object) => (object as Namespace).status?.phase ?? '' }),
      refusal: (field) => `field label not supported: ${field}`,
    },
  ],
]);

function nodeName({ spec }: Pod): string {
  return spec?.nodeName ?? '';
}

/** A namespaced kind's own fields beside its name and namespace. */
function fields<T>(
  own: { readonly [field: string]: (object: T) => string },
  refusal: (field: string) => string = (field) => `field label not supported: ${field}`,
): SelectableFields {
  const reads = own as unknown as { readonly [field: string]: Read };
  return { valueOf: lookup({ 'metadata.name': name, 'metadata.namespace': namespace, ...reads }), refusal };
}

function lookup(reads: { readonly [field: string]: Read }): (field: string) => Read | undefined {
  return (field) => (Object.hasOwn(reads, field) ? reads[field] : undefined);
}
