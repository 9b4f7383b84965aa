import { goQuote } from '../../../../meta/v1/go-text.js';
import { isWholeNumber, parseQuantity } from '../../../../meta/v1/quantity.js';

/** Nobody has half a byte. */
export function fractionWarnings(amount: string | undefined, path: string): string[] {
  if (amount === undefined || isWholeNumber(parseQuantity(amount))) return [];
  return [`${path}: fractional byte value ${goQuote(amount)} is invalid, must be an integer`];
}
