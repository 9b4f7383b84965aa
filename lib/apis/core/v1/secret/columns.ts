import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import type { Secret } from './types.js';

export const secretColumns: Columns<Secret> = {
  columns: [
    nameColumn,
    column('Type', 'What the Secret is for, which decides the keys it must have.'),
    column('Data', 'How many entries the Secret has.'),
    ageColumn,
  ],
  cells: ({ metadata, type, data = {} }, now) => [
    metadata.name,
    type ?? '',
    Object.keys(data).length,
    timeSince(metadata.creationTimestamp, now),
  ],
};
