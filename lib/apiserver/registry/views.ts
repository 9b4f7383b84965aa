import type { View } from './view.js';
import { cronJobTicks } from './views/cronjob-ticks.js';
import { jobScale } from './views/job-scale.js';

/** By resource and sub-resource. */
const views = {
  cronjobs: { ticks: cronJobTicks },
  jobs: { scale: jobScale },
} as unknown as { readonly [resource: string]: { readonly [subresource: string]: View } };

/** The views of a resource's objects, by sub-resource. */
export function viewsOf(resource: string): { readonly [subresource: string]: View } {
  return views[resource] ?? {};
}
