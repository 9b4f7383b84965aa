import fc from 'fast-check';

/** What a random history is made of: a Job, what its pods do, and what happens around them. */
export interface History {
  readonly job: JobShape;
  /** By the order of the pods' arrival, again from the start after the last: how each pod ends. */
  readonly fates: readonly Fate[];
  readonly happenings: readonly Happening[];
}

export interface JobShape {
  readonly indexed: boolean;
  /** Left out: a work queue. */
  readonly completions?: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly successfulIndexes?: number;
  readonly podFailurePolicy: boolean;
  readonly podReplacementPolicy: 'Failed' | 'TerminatingOrFailed';
  readonly restartPolicy: 'Never' | 'OnFailure';
  readonly activeDeadlineSeconds?: number;
  readonly suspend: boolean;
  readonly onNode: boolean;
}

export type Fate = 'succeeds' | 'fails' | 'is-disrupted' | 'exits-42';

export type Happening =
  | { readonly do: 'start' | 'end' | 'delete-pod' | 'stop' | 'restart-container'; readonly pod: number }
  | { readonly do: 'look' | 'look-again' | 'miss-events' | 'suspend' | 'resume' | 'settle' }
  | { readonly do: 'crash'; readonly afterWrites: number; readonly order: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'parallelism' | 'resize'; readonly to: number };

const small = fc.integer({ min: 0, max: 6 });

export const jobShape: fc.Arbitrary<JobShape> = fc
  .record({
    indexed: fc.boolean(),
    completions: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined, freq: 4 }),
    parallelism: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constant(0)),
    backoffLimit: fc.integer({ min: 0, max: 6 }),
    backoffLimitPerIndex: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    maxFailedIndexes: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    successfulIndexes: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 2 }),
    podFailurePolicy: fc.boolean(),
    podReplacementPolicy: fc.constantFrom('Failed', 'TerminatingOrFailed'),
    restartPolicy: fc.constantFrom('Never', 'Never', 'OnFailure'),
    activeDeadlineSeconds: fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined, freq: 2 }),
    suspend: fc.constantFrom(false, false, false, true),
    onNode: fc.boolean(),
  })
  .map(valid);

/** Admission refuses some combinations. */
function valid(shape: JobShape): JobShape {
  const indexed = shape.indexed && shape.completions !== undefined;
  const perIndex = indexed ? shape.backoffLimitPerIndex : undefined;
  return {
    ...shape,
    indexed,
    backoffLimitPerIndex: perIndex,
    backoffLimit: perIndex === undefined ? shape.backoffLimit : 1000,
    maxFailedIndexes: perIndex === undefined ? undefined : shape.maxFailedIndexes,
    successfulIndexes: indexed ? shape.successfulIndexes : undefined,
    podReplacementPolicy: shape.podFailurePolicy ? 'Failed' : shape.podReplacementPolicy,
    restartPolicy: shape.podFailurePolicy || perIndex !== undefined ? 'Never' : shape.restartPolicy,
  };
}

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), pod: small }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end' as const), pod: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('delete-pod', 'stop', 'restart-container'), pod: small }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('look', 'look', 'look-again', 'miss-events', 'settle', 'settle', 'settle'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('suspend', 'resume') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      afterWrites: small,
      order: fc.integer({ min: 0, max: 99 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('parallelism', 'resize'), to: fc.integer({ min: 0, max: 5 }) }),
  },
);

export const history: fc.Arbitrary<History> = fc.record({
  job: jobShape,
  fates: fc.array(
    fc.constantFrom<Fate>('succeeds', 'succeeds', 'succeeds', 'fails', 'fails', 'is-disrupted', 'exits-42'),
    {
      minLength: 1,
      maxLength: 8,
    },
  ),
  happenings: fc.array(happening, { maxLength: 40, size: 'max' }),
});
