import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import type { Scale } from './types.js';

export const scaleColumns: Columns<Scale> = {
  columns: [
    nameColumn,
    column('Desired', 'Number of desired instances for the scaled object.', { type: 'integer' }),
    column('Available', 'Actual number of observed instances of the scaled object.', { type: 'integer' }),
    ageColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.replicas ?? 0,
    status.replicas,
    timeSince(metadata.creationTimestamp, now),
  ],
};
