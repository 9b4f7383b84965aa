import { always, list, ref, required, string, struct, time, type InferStruct } from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

const pastTick = struct('dev.finite.v1.PastTick', 'A time of the schedule that has come, and what became of it.', {
  time: required(time('The time.')),
  job: string('The Job that was made for it, where there is one.'),
  reason: string('Why it did not become a Job, or why its Job was taken down: one word.'),
  message: string('The same for people.'),
});

const nextTick = struct('dev.finite.v1.NextTick', 'A time of the schedule that is to come.', {
  time: required(time('The time.')),
  startTime: required(time('When its Job starts: later than the time by what `finite.dev/jitter` makes of it.')),
});

const ticksStatus = struct('dev.finite.v1.CronJobTicksStatus', 'What became of the times of a schedule.', {
  past: required(
    list(
      ref(pastTick),
      'The newest ticks that became Jobs which are still there, or that were skipped; oldest first.',
      { listType: 'atomic' },
    ),
  ),
  waiting: ref(pastTick, 'A tick that is due and held back, and by what.'),
  next: required(
    list(ref(nextTick), 'The ticks to come; none while the CronJob is suspended.', { listType: 'atomic' }),
  ),
});

export const cronJobTicks = struct('dev.finite.v1.CronJobTicks', 'The past and next times of a CronJob.', {
  ...objectFields,
  status: always(ref(ticksStatus, 'What became of the times, as far as it is known.')),
});
export type CronJobTicks = Served<InferStruct<typeof cronJobTicks>>;
export type PastTick = InferStruct<typeof pastTick>;
export type NextTick = InferStruct<typeof nextTick>;
