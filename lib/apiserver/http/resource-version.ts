import { badRequest } from '../../apis/meta/v1/status-error.js';
import type { Revision } from '../../ports/store.js';

/** The revision of a `resourceVersion` parameter; undefined where it is absent or empty. Throws a 400. */
export function parseResourceVersion(text: string | null): Revision | undefined {
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}
