/** What was seen, or why it could not be. */
export type Looked<T> = { readonly found: T } | { readonly unknown: string };

/** Looks, and takes an error for an answer: what one may not see is not what is wrong. */
export async function look<T>(at: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await at() };
  } catch (error) {
    return { unknown: reasonOf(error) };
  }
}

/** What an error says; where a service of AWS' gave no words that the SDK knows, what it answered. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { httpStatusCode } = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  if (httpStatusCode === undefined || !/^(?:Unknown(?:Error)?)?$/.test(error.message)) return error.message;
  return `answered with HTTP ${httpStatusCode} and no reason, as by an endpoint that lacks the service`;
}
