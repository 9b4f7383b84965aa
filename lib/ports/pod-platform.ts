import type { PodSpec } from '../apis/core/v1/pod/types.js';
import type { FieldError } from '../apis/meta/v1/field-error.js';

/** What the place where pods run can do, asked when pods, or what makes them, are written. Pure. */
export interface PodPlatform {
  /** Fields that cannot be honoured: the object is refused. `path` is that of the template, or empty for a pod. */
  refusals(template: Template, path: string): readonly FieldError[];
  /** Fields without effect, without which the pod works all the same: one sentence each. */
  warnings(template: Template, path: string): readonly string[];
}

/** A pod template, or a pod. */
export interface Template {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly spec: PodSpec;
}
