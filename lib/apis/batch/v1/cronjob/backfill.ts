/** On a Job that `finite backfill` made for a tick of the past. */
export const backfillAnnotation = 'finite.dev/backfill';
/** On a CronJob: which ticks have been backfilled, so that none is twice. Written and read by `finite backfill`. */
export const backfilledAnnotation = 'finite.dev/backfilled';
