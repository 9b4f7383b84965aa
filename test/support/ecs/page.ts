import { invalidParameter } from './errors.js';

const PAGE_MAX = 100;

/** The token is the position, as opaque as its reader takes it. */
export function page<T>(
  all: readonly T[],
  { maxResults = PAGE_MAX, nextToken }: { maxResults?: number; nextToken?: string },
): { items: T[]; nextToken?: string } {
  if (maxResults < 1 || maxResults > PAGE_MAX) throw invalidParameter('maxResults must be between 1 and 100.');
  const from = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(from)) throw invalidParameter('Invalid token');
  const to = from + maxResults;
  return { items: all.slice(from, to), ...(to < all.length && { nextToken: String(to) }) };
}
