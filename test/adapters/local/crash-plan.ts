/** What the crash test and the program it kills have to agree on. */
export const WRITERS = 24;

/** Longer than one life, shorter than all of them: old changes are being forgotten while the kills come. */
export const CRASH_STORE_LIMITS = { history: { changes: 8000 } } as const;
