import { OBJECT_RESOURCES, PARTITIONS } from '../../adapters/aws/names.js';

/** One pattern of keys: `pk`, and where it says so `sk`, begin with one of these. */
export interface KeyPattern {
  readonly partitions: readonly string[];
  readonly sorts?: readonly string[];
}

/** The records of the table's stream that the reconcile function gets: objects, and every wake. */
export const RECONCILE_PATTERNS: readonly KeyPattern[] = [
  { partitions: [...OBJECT_RESOURCES.map((resource) => `${resource}/`), PARTITIONS.wake] },
];

/** Those that the launch function gets. */
export const LAUNCH_PATTERNS: readonly KeyPattern[] = [
  { partitions: ['pods/'] },
  // Wakes are addressed to a controller, or to the launch queue of a capacity provider, by their sort key.
  { partitions: [PARTITIONS.wake], sorts: ['pod/', 'launch/'] },
];
