import { forbiddenValue, unsupportedValue, type FieldError } from '../../apis/meta/v1/field-error.js';
import { invalid } from '../../apis/meta/v1/status-error.js';
import type { Revision } from '../../ports/store.js';
import { flag, integer } from '../http/body.js';
import { parseStorageRevision } from '../http/resource-version.js';

export interface WatchOptions {
  /** Changes after this revision. Undefined: first everything there is. */
  readonly after: Revision | undefined;
  /** Everything there is comes first, and a bookmark says where it ends. */
  readonly sendInitialEvents: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly timeoutMs: number;
}

/** A watch that says nothing ends after half an hour at the earliest, spread out so that not all come back at once. */
const timeoutSecondsMin = 1_800;

/** The parameters of a watch. `random` lies in [0, 1). Throws 400s and 422s. */
export function parseWatchOptions(query: URLSearchParams, random: () => number): WatchOptions {
  const errors = matchErrors(
    query.get('resourceVersionMatch') ?? '',
    query.has('sendInitialEvents'),
    query.get('continue') ?? '',
  );
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  const timeoutSeconds = integer(query, 'timeoutSeconds') || Math.floor(timeoutSecondsMin * (1 + random()));
  const sendInitialEvents = flag(query, 'sendInitialEvents');
  const revision = parseStorageRevision(query.get('resourceVersion'));
  return {
    after: sendInitialEvents || revision === 0 ? undefined : revision,
    sendInitialEvents,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    timeoutMs: timeoutSeconds * 1000,
  };
}

function matchErrors(match: string, withInitialEvents: boolean, token: string): readonly FieldError[] {
  const field = 'resourceVersionMatch';
  const forbid = (because: string): FieldError => forbiddenValue(field, because);
  const only = 'NotOlderThan';
  const errors: FieldError[] = [];
  if (withInitialEvents && match !== only) {
    errors.push(forbid(`sendInitialEvents requires setting resourceVersionMatch to ${only}`));
  }
  if (match === '') return errors;
  if (!withInitialEvents) {
    errors.push(forbid('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  }
  if (match !== only) errors.push(unsupportedValue(field, match, [only]));
  if (token !== '') errors.push(forbid('resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}
