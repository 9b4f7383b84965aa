import { invalidValue, type FieldError } from '../../../../meta/v1/field-error.js';

export function validateNoBacksteps(path: string, at: string, errors: FieldError[]): void {
  if (path.split('/').includes('..')) errors.push(invalidValue(at, path, "must not contain '..'"));
}

/** A relative path that stays inside its folder. */
export function validateDescendingPath(path: string, at: string, errors: FieldError[]): void {
  if (path.startsWith('/')) errors.push(invalidValue(at, path, 'must be a relative path'));
  validateNoBacksteps(path, at, errors);
}

/** As above, and not a name that the kubelet keeps for itself (`..data`). */
export function validateLocalPath(path: string, at: string, errors: FieldError[]): void {
  validateDescendingPath(path, at, errors);
  if (path.startsWith('..') && !path.startsWith('../')) {
    errors.push(invalidValue(at, path, "must not start with '..'"));
  }
}

const fileModeMax = 0o777;

export function validateFileMode(mode: number | undefined, at: string, errors: FieldError[]): void {
  if (mode === undefined || (mode >= 0 && mode <= fileModeMax)) return;
  errors.push(invalidValue(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
}
