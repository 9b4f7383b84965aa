/** Texts as Go prints and measures them, since Kubernetes' messages and limits are Go's. */

const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};
const plain = /^[ !#-[\]-~]*$/;
const printable = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** A text in quotes, as `%q` prints it. */
export function goQuote(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  return `"${Array.from(text, quotedRune).join('')}"`;
}

function quotedRune(rune: string): string {
  const escape = named[rune];
  if (escape !== undefined) return escape;
  if (printable.test(rune)) return rune;
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const escapedInJson = /[<>&\u2028\u2029]/g;

/** JSON as `encoding/json` writes it: `<`, `>` and `&` escaped. Keys keep their order. */
export function goJson(value: unknown): string {
  if (value === undefined) return 'null';
  return JSON.stringify(value).replace(
    escapedInJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A map's JSON: Go sorts the keys of maps, not the fields of structs. */
export function goJsonOfMap(map: { readonly [key: string]: unknown } | undefined): string {
  if (map === undefined) return 'null';
  return goJson(Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The length in bytes of a text's UTF-8 form: what Kubernetes' limits count. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
