import { apiVersionOf, type Kind } from '../apis/meta/v1/kind.js';
import type { KubeObject } from '../apis/meta/v1/object.js';
import type { StatusError } from '../apis/meta/v1/status-error.js';
import type { ObjectList, ResourceRequest } from './context.js';
import { notAcceptable } from './http/negotiation.js';
import { toTable, type Table } from './tables/table.js';

/** An object in the form the client asked for. */
export function representObject(asked: ResourceRequest, object: KubeObject, now: number): object {
  const { as, asVersion } = asked.representation;
  if (as === undefined) return object;
  if (as === 'PartialObjectMetadata') return partialMetadata(object, asVersion);
  if (as === 'Table') return representRow(asked, object, now, true);
  throw notOfThatForm(asked.kind, as, false);
}

/** A list in the form the client asked for. Its items say no kind: the list's own says it. */
export function representList(asked: ResourceRequest, list: ObjectList, now: number): object {
  const { kind } = asked;
  const { as, asVersion } = asked.representation;
  const { items, metadata } = list;
  if (as === undefined) {
    return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items: items.map(withoutType) };
  }
  if (as === 'Table') return tableOf(asked, list, now, true);
  if (as === 'PartialObjectMetadata') throw notOfThatForm(kind, as, true);
  // Kubernetes answers an empty list of these with null.
  const partial = items.length === 0 ? null : items.map((object) => partialMetadata(object, asVersion));
  return { kind: as, apiVersion: asVersion, metadata, items: partial };
}

/** An object as a Table of one row; the later ones of a watch say no columns. */
export function representRow(asked: ResourceRequest, object: KubeObject, now: number, withHeaders: boolean): object {
  const { resourceVersion } = object.metadata;
  const metadata = resourceVersion === undefined ? {} : { resourceVersion };
  return tableOf(asked, { items: [object], metadata }, now, withHeaders);
}

export function partialMetadata({ metadata }: KubeObject, apiVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata };
}

function withoutType(object: KubeObject): object {
  return { ...object, kind: undefined, apiVersion: undefined };
}

function tableOf(asked: ResourceRequest, { items, metadata }: ObjectList, now: number, withHeaders: boolean): Table {
  const { asVersion: apiVersion } = asked.representation;
  const includeObject = asked.query.get('includeObject');
  return toTable(asked.kind, items, { now, withHeaders, metadata, apiVersion, includeObject });
}

function notOfThatForm(kind: Kind, asked: string, isList: boolean): StatusError {
  const type = `(*${kind.group || 'core'}.${kind.kind}${isList ? 'List' : ''})`;
  return notAcceptable(`you requested ${asked}, but the requested object is ${isList ? 'a' : 'not a'} list ${type}`);
}
