/** Most commands of one kind under way at the same time. */
export const BATCH_MAX = 500;

/**
 * Runs a task for each item: first one, then two, four … at a time while all succeed, as Kubernetes creates pods, so
 * that something which fails for all (a quota, a full disk) is tried once and not a thousand times. Tasks of one batch
 * run at the same time, so that the store writes them together. Rejects with the first error once its batch has ended.
 */
export async function inGrowingBatches<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  let size = 1;
  for (let start = 0; start < items.length;) {
    await allSettled(items.slice(start, start + size).map(task));
    start += size;
    size = Math.min(size * 2, BATCH_MAX);
  }
}

/** Runs a task for each item, at most `BATCH_MAX` at a time. */
export async function inBatches<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH_MAX) {
    await allSettled(items.slice(start, start + BATCH_MAX).map(task));
  }
}

/** Waits for all, also when one has failed: nothing goes on behind the caller's back. */
async function allSettled(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
