const AT_ONCE =
  'finite looks at a Job at once, Kubernetes up to 1 s later; its recorder saw the next event in this snapshot';

/** Histories that do not go as recorded, with the reason. */
export const knownDifferences: Readonly<Record<string, string>> = {
  'backoff/finished-ago-6s': AT_ONCE,
  'onfailure/pod-failed-evicted': AT_ONCE,
  'prp/TerminatingOrFailed/terminating-fails': AT_ONCE,
  'suspend/running': `${AT_ONCE} (all steps together took 2 s longer)`,
  'deadline/some-succeeded': `${AT_ONCE} (all steps together took 2 s longer)`,
  'success/fail-and-met-together':
    'a success, then at once a failure: Kubernetes sees both together, finite the success first',
};
