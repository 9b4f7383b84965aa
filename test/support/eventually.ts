/** Looks again and again until something is found; as long as that takes on a machine that has other things to do. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, withinMs = 120_000): Promise<T> {
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s`);
}
