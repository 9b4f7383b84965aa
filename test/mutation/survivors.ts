const ONLY_FASTER = 'The line spares work; without it the result is the same.';
const NEVER_EQUAL = 'What is compared is never equal here.';

/** Mutants that no test can notice, each with the reason. One that is not listed here and survives is a failure. */
export const survivors: Readonly<Record<string, string>> = {
  'backoff.ts: if (newlySucceeded.length === 0 && newlyFailed.length === 0) return record; → ;': ONLY_FASTER,
  'backoff.ts: for (const time of times) if (result === undefined || time > result) result = time; → for (const time of times) if (result === undefined || time >= result) result = time;':
    'Of two equal times either is the latest.',
  'pod-failure-policy.ts: if (spec.podFailurePolicy === undefined) return undefined; → ;': ONLY_FASTER,
  'pod-names.ts: let number = 0; → let number = 1;': 'It comes out 27⁵ greater, which is the same modulo 27⁵.',
  'pods-to-remove.ts: if (surplus <= misplaced.length) return misplaced; → if (surplus < misplaced.length) return misplaced;':
    ONLY_FASTER,
  'pods-to-remove.ts: return seen.size === active.length; → return undefined as never;': ONLY_FASTER,
  'pods-to-remove.ts: const [less, more] = twin === undefined || byProgress(twin, pod) <= 0 ? [twin, pod] : [pod, twin]; → const [less, more] = twin === undefined || byProgress(twin, pod) < 0 ? [twin, pod] : [pod, twin];':
    NEVER_EQUAL,
  'pods-to-remove.ts: (a.metadata.name < b.metadata.name ? -1 : 1) → (a.metadata.name <= b.metadata.name ? -1 : 1)':
    NEVER_EQUAL,
  'pods-to-remove.ts: (a.metadata.name < b.metadata.name ? -1 : 1) → (a.metadata.name < b.metadata.name ? -1 : 2)':
    'Only the sign of an order counts.',
  "pods-to-remove.ts: const PHASES = ['Pending', 'Unknown', 'Running']; → const PHASES = ['other', 'Unknown', 'Running'];":
    'A phase that is not found ranks as the first, too.',
  "pods-to-remove.ts: return Math.max(0, PHASES.indexOf(status.phase ?? 'Pending')); → return Math.max(0, PHASES.indexOf(status.phase ?? 'other'));":
    'A phase that is not found ranks as the first, too.',
  'pods-to-remove.ts: if (b === undefined) return 1; → if (b === undefined) return 2;':
    'Only the sign of an order counts.',
  'reconcile.ts: if (uids.length === 0) return uids; → ;': ONLY_FASTER,
};
