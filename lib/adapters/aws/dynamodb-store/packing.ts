import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY_1 } from './dictionary.js';

/** What `deflate` can refer back to. */
const WINDOW_SIZE = 32_768;

/** The first byte tells how the rest was packed. */
const AS_IT_IS = 0;
const DEFLATED_1 = 1;
const BROTLI = 2;

/** Above this the dictionary is no help, and brotli packs better. */
const LARGE_SIZE = 65_536;

/**
 * Text in few bytes. `hints`: texts that the reader will have, too, the likeliest last; much of an object is found in its
 * pod template, its key and the dictionary of all.
 */
export function pack(text: string, hints: readonly string[] = []): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length > LARGE_SIZE) return brotli(bytes);
  const packed = deflate(bytes, hints);
  return packed.length < bytes.length ? packed : tagged(AS_IT_IS, bytes);
}

/** For text of any length that repeats itself, maybe over more than a window: many changes at once. */
export function packSmallest(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const [one, other] = [deflate(bytes, []), brotli(bytes)];
  return one.length < other.length ? one : other;
}

function deflate(bytes: Buffer, hints: readonly string[]): Uint8Array {
  return tagged(DEFLATED_1, deflateRawSync(bytes, { level: 9, dictionary: dictionaryOf(hints) }));
}

function brotli(bytes: Buffer): Uint8Array {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return tagged(BROTLI, brotliCompressSync(bytes, { params }));
}

export function unpack(bytes: Uint8Array, hints: readonly string[] = []): string {
  const packed = bytes.subarray(1);
  switch (bytes[0]) {
    case AS_IT_IS:
      return Buffer.from(packed).toString();
    case DEFLATED_1:
      return inflateRawSync(packed, { dictionary: dictionaryOf(hints) }).toString();
    case BROTLI:
      return brotliDecompressSync(packed).toString();
    default:
      throw new Error(`an item is packed in a way this version does not know: ${bytes[0]}`);
  }
}

function dictionaryOf(hints: readonly string[]): Buffer {
  const whole = Buffer.concat([DICTIONARY_1, ...hints.map((hint) => Buffer.from(hint))]);
  return whole.subarray(Math.max(0, whole.length - WINDOW_SIZE));
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const whole = Buffer.allocUnsafe(bytes.length + 1);
  whole[0] = tag;
  whole.set(bytes, 1);
  return whole;
}
