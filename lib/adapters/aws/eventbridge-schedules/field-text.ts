/** What a field of an EventBridge cron expression may hold. */
export interface FieldBounds {
  readonly min: number;
  readonly max: number;
  /** Whether `first/step` may be written. */
  readonly steps: boolean;
}

export const MINUTE: FieldBounds = { min: 0, max: 59, steps: true };
export const HOUR: FieldBounds = { min: 0, max: 23, steps: true };
export const DAY_OF_MONTH: FieldBounds = { min: 1, max: 31, steps: true };
export const MONTH: FieldBounds = { min: 1, max: 12, steps: true };
/** 1 is Sunday. */
export const DAY_OF_WEEK: FieldBounds = { min: 1, max: 7, steps: false };

/** Values (ascending, at least one) as a field: `*`, `0/15`, or a list of numbers and spans such as `1-5,9`. */
export function fieldText(values: readonly number[], { min, max, steps }: FieldBounds): string {
  if (values.length === max - min + 1) return '*';
  const [first = min, second = first] = values;
  const step = second - first;
  const even = values.length > 2 && step > 1 && values.every((value, i) => value === first + i * step);
  if (steps && even && values.at(-1)! + step > max) return `${first}/${step}`;
  return spansOf(values)
    .map(({ low, high }) => (high > low ? `${low}-${high}` : String(low)))
    .join(',');
}

function spansOf(values: readonly number[]): readonly { readonly low: number; readonly high: number }[] {
  const spans: { low: number; high: number }[] = [];
  for (const value of values) {
    const last = spans.at(-1);
    if (last && value === last.high + 1) last.high = value;
    else spans.push({ low: value, high: value });
  }
  return spans;
}
