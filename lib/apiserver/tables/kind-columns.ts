import { scaleColumns } from '../../apis/autoscaling/v1/scale/columns.js';
import { cronJobColumns } from '../../apis/batch/v1/cronjob/columns.js';
import { jobColumns } from '../../apis/batch/v1/job/columns.js';
import { configMapColumns } from '../../apis/core/v1/configmap/columns.js';
import { eventColumns } from '../../apis/core/v1/event/columns.js';
import { namespaceColumns } from '../../apis/core/v1/namespace/columns.js';
import { podColumns } from '../../apis/core/v1/pod/columns.js';
import { secretColumns } from '../../apis/core/v1/secret/columns.js';
import { serviceAccountColumns } from '../../apis/core/v1/serviceaccount/columns.js';
import { column, creationDescription, nameColumn, type Columns } from '../../apis/meta/v1/columns.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';

const byResource: { readonly [resource: string]: Columns<never> } = {
  configmaps: configMapColumns,
  cronjobs: cronJobColumns,
  events: eventColumns,
  jobs: jobColumns,
  namespaces: namespaceColumns,
  pods: podColumns,
  scales: scaleColumns,
  secrets: secretColumns,
  serviceaccounts: serviceAccountColumns,
};

/** For kinds that have no columns of their own. */
const plainColumns: Columns<KubeObject> = {
  columns: [nameColumn, column('Created At', creationDescription, { type: 'date' })],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp],
};

export function columnsOf(kind: Kind): Columns<KubeObject> {
  return (byResource[kind.resource] as Columns<KubeObject> | undefined) ?? plainColumns;
}
