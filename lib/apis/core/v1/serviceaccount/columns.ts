import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import type { ServiceAccount } from './types.js';

export const serviceAccountColumns: Columns<ServiceAccount> = {
  columns: [nameColumn, column('Secrets', 'How many Secrets the ServiceAccount lists.'), ageColumn],
  cells: ({ metadata, secrets = [] }, now) => [
    metadata.name,
    secrets.length,
    timeSince(metadata.creationTimestamp, now),
  ],
};
