import { humanDuration } from './human-duration.js';
import { parseTime } from './time.js';

/** A column of the tables that `kubectl get` shows (`metav1.TableColumnDefinition`). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format: '' | 'name';
  readonly description: string;
  /** 0: always shown; 1: with `-o wide`. */
  readonly priority: 0 | 1;
}

export type Cell = string | number;

export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** How a kind's objects are shown in tables. */
export interface Columns<T> {
  readonly columns: readonly Column[];
  /** One cell per column. `now` in milliseconds since 1970. */
  readonly cells: (object: T, now: number) => readonly Cell[];
  /** What sets a row apart, such as being about something finished. */
  readonly conditions?: (object: T) => readonly RowCondition[] | undefined;
}

export function column(name: string, description: string, options: Partial<Column> = {}): Column {
  return { name, type: 'string', format: '', priority: 0, ...options, description };
}

export function wideColumn(name: string, description: string, options: Partial<Column> = {}): Column {
  return column(name, description, { ...options, priority: 1 });
}

export const nameColumn = column(
  'Name',
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  { format: 'name' },
);

export const creationDescription =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export const ageColumn = column('Age', creationDescription);

/** How long ago a time was: `5m`; `<unknown>` without a time. */
export function timeSince(time: string | null | undefined, now: number): string {
  const ms = parseTime(time ?? undefined);
  return ms === undefined ? '<unknown>' : humanDuration(now - ms);
}

export function orNone(text: string | undefined): string {
  return text || '<none>';
}
