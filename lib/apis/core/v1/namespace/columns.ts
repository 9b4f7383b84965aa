import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import type { Namespace } from './types.js';

export const namespaceColumns: Columns<Namespace> = {
  columns: [nameColumn, column('Status', 'The status of the namespace'), ageColumn],
  cells: ({ metadata, status }, now) => [metadata.name, status.phase ?? '', timeSince(metadata.creationTimestamp, now)],
};
