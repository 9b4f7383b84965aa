import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import type { ConfigMap } from './types.js';

export const configMapColumns: Columns<ConfigMap> = {
  columns: [nameColumn, column('Data', 'How many entries the ConfigMap has, text and binary.'), ageColumn],
  cells: ({ metadata, data = {}, binaryData = {} }, now) => [
    metadata.name,
    Object.keys(data).length + Object.keys(binaryData).length,
    timeSince(metadata.creationTimestamp, now),
  ],
};
