import { unsupportedValue, type FieldError } from '../../../meta/v1/field-error.js';
import type { CronJob } from './types.js';

/**
 * What becomes of ticks that were missed, because nothing ran at the time or because another Job did.
 * `all`: each runs, in order. `latest`: the last of them runs, as without the annotation. `none`: none of them runs.
 */
export const catchUpAnnotation = 'finite.dev/catch-up';

export type CatchUp = 'all' | 'latest' | 'none';
const values: readonly string[] = ['all', 'latest', 'none'] satisfies CatchUp[];

export function catchUpOf({ metadata }: Pick<CronJob, 'metadata'>): CatchUp {
  const value = metadata.annotations?.[catchUpAnnotation] ?? '';
  return values.includes(value) ? (value as CatchUp) : 'latest';
}

export function validateCatchUp(value: string, path: string, errors: FieldError[]): void {
  if (!values.includes(value)) errors.push(unsupportedValue(path, value, values));
}
