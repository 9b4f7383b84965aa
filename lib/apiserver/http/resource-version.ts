import { goQuote } from '../../apis/meta/v1/go-text.js';
import { badRequest, StatusError } from '../../apis/meta/v1/status-error.js';
import type { Revision } from '../../ports/store.js';
import { revisionProblem } from '../registry/given-revision.js';

/** The revision of a list's `resourceVersion` parameter; undefined where it is absent or empty. Throws a 400. */
export function parseResourceVersion(text: string | null): Revision | undefined {
  return parse(text, (why) => badRequest(`invalid resource version: ${why}`));
}

/** The same for a get or a watch, which Kubernetes hands to its storage unread. Throws a 500 without a reason. */
export function parseStorageRevision(text: string | null): Revision | undefined {
  return parse(text, (why) => new StatusError(500, undefined, why));
}

function parse(text: string | null, errorOf: (why: string) => StatusError): Revision | undefined {
  if (!text) return undefined;
  const problem = revisionProblem(text);
  if (problem === undefined) return Number(text);
  const quoted = goQuote(text);
  throw errorOf(`resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${problem}`);
}
