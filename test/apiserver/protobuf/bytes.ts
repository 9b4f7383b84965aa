/** Bytes for tests that need messages no library would write. */

/** A whole number as protobuf writes it; negative ones take ten bytes. */
export function number(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

export function numberField(field: number, value: number | bigint): number[] {
  return [...number(field * 8), ...number(value)];
}

export function sizedField(field: number, content: string | readonly number[]): number[] {
  const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
  return [...number(field * 8 + 2), ...number(bytes.length), ...bytes];
}

/** A document around an object's message. */
export function document(apiVersion: string, kind: string, raw: readonly number[]): Uint8Array {
  const typeMeta = [...sizedField(1, apiVersion), ...sizedField(2, kind)];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...sizedField(1, typeMeta), ...sizedField(2, raw)]);
}
