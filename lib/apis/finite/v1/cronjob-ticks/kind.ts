import type { Kind } from '../../../meta/v1/kind.js';
import { cronJobTicks, type CronJobTicks } from './types.js';

/** Served only as the sub-resource `ticks` of CronJobs. */
export const cronJobTicksKind: Kind<CronJobTicks> = {
  group: 'finite.dev',
  version: 'v1',
  kind: 'CronJobTicks',
  resource: 'cronjobticks',
  singular: 'cronjobticks',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: cronJobTicks,
};
