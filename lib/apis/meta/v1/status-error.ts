import type { FieldError } from './field-error.js';

/** A `Status` object, as every failed request answers (`metav1.Status`). */
export interface FailureStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  /** `continue` goes on with a list whose own token is too old, in what there is now. */
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure';
  readonly message: string;
  /** Left out where Kubernetes itself gives none (some internal errors). */
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly { readonly field?: string; readonly message: string; readonly reason: string }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

/** What a failed request is about: `details.group`, `details.kind` (often the resource's plural) and `details.name`. */
export interface Subject {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** The one error type that becomes an HTTP answer; anything else thrown is an internal error (500). */
export class StatusError extends Error {
  readonly status: FailureStatus;
  /** Texts for `Warning: 299` headers that accompany the failure. */
  readonly warnings: readonly string[];

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: FailureStatus['details'],
    warnings: readonly string[] = [],
    metadata: FailureStatus['metadata'] = {},
  ) {
    super(message);
    this.name = 'StatusError';
    this.warnings = warnings;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code;
  }
}

/** `jobs.batch`, or `pods` for the core group. */
export function qualified(resource: string, group: string | undefined): string {
  return group ? `${resource}.${group}` : resource;
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function notFound(resource: string, group: string, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(resource, group)} "${name}" not found`,
    details(group, resource, name),
  );
}

export function alreadyExists(resource: string, group: string, name: string): StatusError {
  const message = `${qualified(resource, group)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, details(group, resource, name));
}

export function conflict(resource: string, group: string, name: string, because: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, group)} "${name}": ${because}`;
  return new StatusError(409, 'Conflict', message, details(group, resource, name));
}

export function forbidden(resource: string, group: string, name: string, because: string): StatusError {
  const what = name === '' ? qualified(resource, group) : `${qualified(resource, group)} "${name}"`;
  const message = `${what} is forbidden: ${because}`;
  return new StatusError(403, 'Forbidden', message, details(group, resource, name));
}

/** A 422 with one cause per field error; several are listed in brackets, as Kubernetes does. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((e) => `${e.field}: ${e.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    ...details(group, kind, name),
    causes: errors.map((e) => ({ reason: e.reason, message: e.message, field: e.field })),
  });
}

function details(group: string, kind: string, name: string): NonNullable<FailureStatus['details']> {
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), kind };
}
