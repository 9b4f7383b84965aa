import type { FieldError } from '../../apis/meta/v1/field-error.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { ParseSchedule } from '../../ports/schedule.js';
import type { JsonObject, Store } from '../../ports/store.js';

/**
 * A sub-resource that shows an object as one of another kind: a Job as a `Scale`, a CronJob as its ticks. It is not
 * stored: reading makes it of the object, and writing it changes the object through its main face, under all rules of
 * the object's own kind.
 */
export interface View<T extends KubeObject = KubeObject, V extends KubeObject = KubeObject> {
  readonly kind: Kind;
  /** May read other objects. Throws a StatusError for a query it does not understand. */
  show(object: T, asked: ViewRequest): V | Promise<V>;
  /** Left out: it can only be read. */
  readonly write?: {
    validate(view: V): readonly FieldError[];
    /** The object as the view wants it. */
    change(object: T, view: V): T;
  };
}

export interface ViewRequest {
  readonly query: URLSearchParams;
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What its controller remembers of the object. */
  readonly record: JsonObject | undefined;
  /** Undefined where nobody can say when a schedule fires. */
  readonly parseSchedule: ParseSchedule | undefined;
}
