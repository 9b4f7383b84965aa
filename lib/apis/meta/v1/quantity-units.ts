import { parseQuantity } from './quantity.js';

/**
 * How many of a unit an amount is, rounded up as Kubernetes rounds (half a unit needs a whole one).
 * @throws QuantityError
 */
export function quantityUnits(amount: string, unit = '1'): bigint {
  const { value, scale } = parseQuantity(amount);
  const one = parseQuantity(unit);
  const shift = scale - one.scale;
  const numerator = shift > 0 ? value * 10n ** BigInt(shift) : value;
  const denominator = shift < 0 ? one.value * 10n ** BigInt(-shift) : one.value;
  const quotient = numerator / denominator;
  return numerator % denominator > 0n ? quotient + 1n : quotient;
}
