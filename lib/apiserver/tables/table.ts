import type { Cell, Column, RowCondition } from '../../apis/meta/v1/columns.js';
import { invalidValue } from '../../apis/meta/v1/field-error.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import type { ListMeta } from '../../apis/meta/v1/types.js';
import { columnsOf } from './kind-columns.js';

export interface TableOptions {
  /** The query parameter: what of the object accompanies its row; `Metadata` unless it says otherwise. */
  readonly includeObject?: string | null;
  /** Of a list its own, of one object its `resourceVersion`. */
  readonly metadata: ListMeta;
  /** Milliseconds since 1970: ages count from here. */
  readonly now: number;
  /** Later events of a watch go without: the client knows the columns from the first. */
  readonly withHeaders: boolean;
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`. */
  readonly apiVersion: string;
}

/** `meta.k8s.io/v1` `Table`: what `kubectl get` prints. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly Column[] | null;
  readonly rows: readonly Row[];
}

interface Row {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly RowCondition[];
  readonly object: object | null;
}

/** Throws a 400 for an `includeObject` that is none. */
export function checkIncludeObject(includeObject: TableOptions['includeObject']): void {
  if (!includeObject || inclusions.includes(includeObject)) return;
  const { field, message } = invalidValue(
    'includeObject',
    includeObject,
    "must be 'Metadata', 'Object', 'None', or empty",
  );
  throw badRequest(`Unable to convert to Table as requested: ${field}: ${message}`);
}

const inclusions = ['Metadata', 'Object', 'None'];

/** Throws a 400 for an `includeObject` that is none. */
export function toTable(kind: Kind, items: readonly KubeObject[], options: TableOptions): Table {
  const { columns, cells, conditions } = columnsOf(kind);
  const include = including(options);
  const row = (object: KubeObject): Row => {
    const found = conditions?.(object);
    return {
      cells: cells(object, options.now),
      ...(found === undefined ? {} : { conditions: found }),
      object: include(object),
    };
  };
  return {
    kind: 'Table',
    apiVersion: options.apiVersion,
    metadata: options.metadata,
    columnDefinitions: options.withHeaders ? columns : null,
    rows: items.map(row),
  };
}

function including({ includeObject, apiVersion }: TableOptions): (object: KubeObject) => object | null {
  checkIncludeObject(includeObject);
  if (includeObject === 'None') return () => null;
  if (includeObject === 'Object') return (object) => object;
  return ({ metadata }) => ({ kind: 'PartialObjectMetadata', apiVersion, metadata });
}
