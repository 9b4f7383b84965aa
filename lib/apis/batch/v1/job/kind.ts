import type { Kind } from '../../../meta/v1/kind.js';
import { job, type Job } from './types.js';

export const jobKind: Kind<Job> = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  shortNames: [],
  categories: ['all'],
  namespaced: true,
  schema: job,
};
