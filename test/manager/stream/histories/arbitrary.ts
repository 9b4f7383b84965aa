import fc from 'fast-check';
import { jobShape, type Fate, type JobShape } from '../../../controllers/job/histories/arbitrary.js';

/** Jobs, what their pods do, and what happens to the functions that look after them. */
export interface History {
  readonly jobs: readonly JobShape[];
  readonly instances: number;
  readonly fates: readonly Fate[];
  /** Decides in which order calls reach the store, and which reach it when their caller dies. */
  readonly seed: number;
  readonly happenings: readonly Happening[];
}

export type Happening =
  | { readonly do: 'start' | 'end' | 'delete-pod' | 'stop' | 'restart-container'; readonly pod: number }
  | { readonly do: 'suspend' | 'resume'; readonly job: number }
  | { readonly do: 'parallelism' | 'resize'; readonly job: number; readonly to: number }
  | { readonly do: 'deliver'; readonly shard: number; readonly instance: number; readonly size: number }
  | {
      readonly do: 'repeat';
      readonly shard: number;
      readonly instance: number;
      readonly at: number;
      readonly size: number;
    }
  | { readonly do: 'lose-batch'; readonly shard: number; readonly size: number }
  | { readonly do: 'lose-wake-up' | 'settle' }
  | { readonly do: 'repeat-wake-up'; readonly at: number }
  | { readonly do: 'calls'; readonly count: number }
  | { readonly do: 'kill'; readonly instance: number }
  | { readonly do: 'wait'; readonly seconds: number };

const small = fc.nat({ max: 6 });
const job = fc.nat({ max: 1 });
const size = fc.integer({ min: 1, max: 8 });
const kind = <T extends string>(name: T) => fc.constant(name);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: kind('start'), pod: small }) },
  { weight: 8, arbitrary: fc.record({ do: kind('end'), pod: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('delete-pod', 'stop', 'restart-container'), pod: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('suspend', 'resume'), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('parallelism', 'resize'), job, to: fc.nat({ max: 5 }) }) },
  { weight: 10, arbitrary: fc.record({ do: kind('deliver'), shard: small, instance: small, size }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: kind('repeat'), shard: small, instance: small, at: fc.nat({ max: 60 }), size }),
  },
  { weight: 1, arbitrary: fc.record({ do: kind('lose-batch'), shard: small, size }) },
  { weight: 1, arbitrary: fc.record({ do: kind('lose-wake-up') }) },
  { weight: 1, arbitrary: fc.record({ do: kind('repeat-wake-up'), at: small }) },
  { weight: 10, arbitrary: fc.record({ do: kind('calls'), count: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 3, arbitrary: fc.record({ do: kind('kill'), instance: small }) },
  { weight: 3, arbitrary: fc.record({ do: kind('wait'), seconds: fc.nat({ max: 40 }) }) },
  { weight: 4, arbitrary: fc.record({ do: kind('settle') }) },
);

export const history: fc.Arbitrary<History> = fc.record({
  jobs: fc.array(jobShape, { minLength: 1, maxLength: 2 }),
  instances: fc.integer({ min: 1, max: 3 }),
  fates: fc.array(
    fc.constantFrom<Fate>('succeeds', 'succeeds', 'succeeds', 'fails', 'fails', 'is-disrupted', 'exits-42'),
    { minLength: 1, maxLength: 8 },
  ),
  seed: fc.nat(),
  happenings: fc.array(happening, { maxLength: 50, size: 'max' }),
});
