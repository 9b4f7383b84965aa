import { badRequest } from '../../apis/meta/v1/status-error.js';
import type { Revision } from '../../ports/store.js';

/** Where a page ended, and as of which revision: what the opaque `continue` token says. */
export interface Continuation {
  readonly at: Revision;
  readonly after: { readonly namespace: string; readonly name: string };
}

export function encodeContinue(at: Revision, after: Continuation['after']): string {
  return Buffer.from(JSON.stringify({ rv: at, ns: after.namespace, name: after.name })).toString('base64url');
}

/** Throws a 400 for what is no token, and where a resourceVersion contradicts it. */
export function parseContinue(token: string, resourceVersion: string | null): Continuation {
  if (resourceVersion && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  try {
    const { rv, ns, name } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    if (Number.isSafeInteger(rv) && typeof ns === 'string' && typeof name === 'string') {
      return { at: rv as number, after: { namespace: ns, name } };
    }
  } catch {
    // Not a token of ours: answered like every other.
  }
  throw badRequest('continue key is not valid');
}
