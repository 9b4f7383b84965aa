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
  const sendInitialEvents = query.has('sendInitialEvents') ? flag(query, 'sendInitialEvents') : undefined;
  const errors = matchErrors(query.get('resourceVersionMatch') ?? '', sendInitialEvents);
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  const timeoutSeconds = integer(query, 'timeoutSeconds') || Math.floor(timeoutSecondsMin * (1 + random()));
  const revision = parseStorageRevision(query.get('resourceVersion'));
  return {
    after: sendInitialEvents || revision === 0 ? undefined : revision,
    sendInitialEvents: sendInitialEvents ?? false,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    timeoutMs: timeoutSeconds * 1000,
  };
}

function matchErrors(match: string, sendInitialEvents: boolean | undefined): readonly FieldError[] {
  const field = 'resourceVersionMatch';
  if (sendInitialEvents === undefined) {
    if (match === '') return [];
    const because = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    return [forbiddenValue(field, because)];
  }
  if (match === 'NotOlderThan') return [];
  const errors = [forbiddenValue(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];
  return match === '' ? errors : [...errors, unsupportedValue(field, match, ['NotOlderThan'])];
}
