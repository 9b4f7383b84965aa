import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { parseFieldSelector } from '../selectors/field-selector.js';
import { parseLabelSelector } from '../selectors/label-selector.js';

export type Matches = (object: KubeObject) => boolean;

export interface Selectors {
  /** Undefined: everything matches. */
  readonly matches?: Matches;
  /** The only name that can match. */
  readonly name?: string;
}

/** The parameters `labelSelector` and `fieldSelector`. Throws a 400. */
export function parseSelectors(kind: Kind, query: URLSearchParams): Selectors {
  const labels = parseLabelSelector(query.get('labelSelector'));
  const fields = parseFieldSelector(kind, query.get('fieldSelector'));
  if (labels === undefined && fields === undefined) return {};
  const matches: Matches = (object) =>
    (labels === undefined || labels(object.metadata.labels)) && (fields === undefined || fields.matches(object));
  return fields?.name === undefined ? { matches } : { matches, name: fields.name };
}
