/** Base64 as the API keeps bytes: the standard alphabet, padded, without line breaks. */

/** A text that is no base64; the message is Kubernetes' own. */
export class Base64Error extends Error {}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const lineBreaks = /[\r\n]/g;

/**
 * The one spelling of the same bytes: no line breaks, unused bits zero.
 * @throws Base64Error
 */
export function canonicalBase64(text: string): string {
  if (whole.test(text)) return clearUnusedBits(text);
  const joined = text.replace(lineBreaks, '');
  if (!whole.test(joined)) throw new Base64Error(`illegal base64 data at input byte ${firstIllegal(text)}`);
  return clearUnusedBits(joined);
}

function clearUnusedBits(text: string): string {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (padding === 0) return text;
  const at = text.length - padding - 1;
  const bits = alphabet.indexOf(text.charAt(at));
  const kept = bits & (padding === 2 ? 0x30 : 0x3c);
  return kept === bits ? text : text.slice(0, at) + alphabet.charAt(kept) + '='.repeat(padding);
}

/** Where the text stops being base64; a last group that is too short is illegal from its beginning. */
function firstIllegal(text: string): number {
  let inGroup = 0;
  let at = 0;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\r' || character === '\n') continue;
    if (character === '=' && inGroup >= 2) return afterPadding(text, at, inGroup);
    if (!alphabet.includes(character)) return at;
    inGroup = (inGroup + 1) % 4;
  }
  return at - inGroup;
}

function afterPadding(text: string, padding: number, inGroup: number): number {
  let at = skipLineBreaks(text, padding + 1);
  if (inGroup === 2) {
    if (at === text.length) return at;
    if (text.charAt(at) !== '=') return at - 1;
    at = skipLineBreaks(text, at + 1);
  }
  return at;
}

function skipLineBreaks(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === '\r' || text.charAt(at) === '\n') at += 1;
  return at;
}

/** The base64 of the text's UTF-8 bytes. */
export function encodeBase64(text: string): string {
  const bytes = utf8Bytes(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] ?? 0;
    const c = bytes[at + 2] ?? 0;
    const left = bytes.length - at;
    encoded += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | (b >> 4));
    encoded += left > 1 ? alphabet.charAt(((b & 15) << 2) | (c >> 6)) : '=';
    encoded += left > 2 ? alphabet.charAt(c & 63) : '=';
  }
  return encoded;
}

/** The core has no TextEncoder. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text.replace(/\p{Cs}/gu, '\ufffd')) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return Uint8Array.from(bytes);
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** The text whose UTF-8 bytes the base64 holds. Bytes that are no UTF-8 make each byte beyond ASCII a replacement character. */
export function decodeBase64Text(base64: string): string {
  const bytes = Array.from(decodeBase64(base64));
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
  }
}

const sextets = new Uint8Array(128);
for (let index = 0; index < alphabet.length; index++) sextets[alphabet.charCodeAt(index)] = index;

/** The text must be valid base64: admission has seen to it. */
export function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/[=\s]+/g, '');
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  let bits = 0;
  let held = 0;
  let length = 0;
  for (let index = 0; index < digits.length; index++) {
    bits = ((bits << 6) | (sextets[digits.charCodeAt(index)] ?? 0)) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length++] = (bits >> held) & 0xff;
  }
  return bytes;
}
