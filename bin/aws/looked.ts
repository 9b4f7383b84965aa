/** What was seen, or why it could not be. */
export type Looked<T> = { readonly found: T } | { readonly unknown: string };

/** Looks, and takes an error for an answer: what one may not see is not what is wrong. */
export async function look<T>(at: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await at() };
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
