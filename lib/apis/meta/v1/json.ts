/**
 * JSON as the API reads it: one pass over the text that also finds keys given twice and keeps the spelling of numbers
 * which JavaScript would change (`2.0`, `1e3`, integers above 2^53), since Kubernetes refuses or keeps them by spelling.
 */

/** A text that is no JSON; the message is the one Kubernetes answers with. */
export class JsonSyntaxError extends Error {}

/** A number whose spelling differs from how JavaScript prints it. Behaves as a number wherever JSON is written. */
export class JsonNumber extends Number {
  readonly text: string;
  constructor(text: string) {
    super(Number(text));
    this.text = text;
  }
}

/** The keys which an object of the text has more than once. The last value counts. */
export type DuplicateKeys = ReadonlyMap<object, readonly string[]>;

export interface ParsedJson {
  readonly value: unknown;
  /** Empty for nearly every text. */
  readonly duplicateKeys: DuplicateKeys;
}

/** Deeper texts are refused: nothing that is served nests deeper than some thirty levels, and recursion needs a bound. */
const depthMax = 1_000;

/** @throws JsonSyntaxError */
export function parseJson(text: string): ParsedJson {
  const parser = new Parser(text);
  return { value: parser.document(), duplicateKeys: parser.duplicateKeys };
}

const noDuplicates: DuplicateKeys = new Map();

const quote = 34;
const backslash = 92;
const minus = 45;
const zero = 48;
const nine = 57;
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;
  private duplicates: Map<object, string[]> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get duplicateKeys(): DuplicateKeys {
    return this.duplicates ?? noDuplicates;
  }

  document(): unknown {
    const value = this.value();
    if (this.skipBlanks() === this.text.length) return value;
    throw this.unexpected('after top-level value');
  }

  private value(): unknown {
    this.skipBlanks();
    const code = this.text.charCodeAt(this.at);
    if (code === quote) return this.string();
    if (code === 123) return this.nested(() => this.object());
    if (code === 91) return this.nested(() => this.array());
    if (code === minus || (code >= zero && code <= nine)) return this.number();
    if (code === 116) return this.literal('true', true);
    if (code === 102) return this.literal('false', false);
    if (code === 110) return this.literal('null', null);
    throw this.unexpected('looking for beginning of value');
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > depthMax) throw new JsonSyntaxError('exceeded max depth');
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at += 1;
    if (this.take(125)) return object;
    for (;;) {
      this.skipBlanks();
      if (this.text.charCodeAt(this.at) !== quote) throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      if (!this.take(58)) throw this.unexpected('after object key');
      this.set(object, key, this.value());
      if (this.take(44)) continue;
      if (this.take(125)) return object;
      throw this.unexpected('after object key:value pair');
    }
  }

  private set(object: Record<string, unknown>, key: string, value: unknown): void {
    if (Object.hasOwn(object, key)) this.noteDuplicate(object, key);
    // Assigning to this key would change the prototype instead of setting a field.
    if (key === '__proto__') {
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    } else object[key] = value;
  }

  private noteDuplicate(object: object, key: string): void {
    this.duplicates ??= new Map();
    const keys = this.duplicates.get(object);
    if (keys === undefined) this.duplicates.set(object, [key]);
    else if (!keys.includes(key)) keys.push(key);
  }

  private array(): unknown[] {
    const array: unknown[] = [];
    this.at += 1;
    if (this.take(93)) return array;
    for (;;) {
      array.push(this.value());
      if (this.take(44)) continue;
      if (this.take(93)) return array;
      throw this.unexpected('after array element');
    }
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.escapedString(start, at);
      if (code < 32) throw this.unexpected('in string literal', at);
    }
    throw endOfInput();
  }

  private escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let at = firstEscape;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (code === backslash) at = this.checkEscape(at + 1);
      else if (code < 32) throw this.unexpected('in string literal', at);
    }
    if (at >= text.length) throw endOfInput();
    this.at = at + 1;
    const value = JSON.parse(text.slice(start - 1, at + 1)) as string;
    return value.replace(loneSurrogates, '\ufffd');
  }

  /** Where the escape that begins at `at` (after its backslash) ends. */
  private checkEscape(at: number): number {
    const escape = this.text.charAt(at);
    if (escape === 'u') {
      for (let digit = at + 1; digit <= at + 4; digit += 1) {
        if (!/[0-9a-fA-F]/.test(this.text.charAt(digit)))
          throw this.unexpected('in \\u hexadecimal character escape', digit, ' ');
      }
      return at + 4;
    }
    if (escape === '' || !'"\\/bfnrt'.includes(escape)) throw this.unexpected('in string escape code', at, ' ');
    return at;
  }

  private number(): number | JsonNumber {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(start) === minus) this.at += 1;
    if (text.charCodeAt(this.at) === zero) this.at += 1;
    else this.digits('in numeric literal');
    const whole = this.at;
    if (text.charCodeAt(this.at) === 46) {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    const code = text.charCodeAt(this.at);
    if (code === 101 || code === 69) {
      this.at += 1;
      const sign = text.charCodeAt(this.at);
      if (sign === 43 || sign === minus) this.at += 1;
      this.digits('in exponent of numeric literal');
    }
    const spelled = text.slice(start, this.at);
    const value = Number(spelled);
    const plain = this.at === whole && whole - start <= 15 && spelled !== '-0';
    return plain || String(value) === spelled ? value : new JsonNumber(spelled);
  }

  private digits(where: string): void {
    const start = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (!(code >= zero && code <= nine)) break;
      this.at += 1;
    }
    if (this.at === start) throw this.unexpected(where, this.at, ' ');
  }

  private literal<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i += 1) {
      if (this.text.charAt(this.at + i) === word.charAt(i)) continue;
      throw this.unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`, this.at + i, ' ');
    }
    this.at += word.length;
    return value;
  }

  /** Skips blanks and takes the character if it comes next. */
  private take(code: number): boolean {
    this.skipBlanks();
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at += 1;
    return true;
  }

  private skipBlanks(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return this.at;
      this.at += 1;
    }
  }

  /** `atEnd`: what the end of the text counts as inside a word or a number; elsewhere it has its own message. */
  private unexpected(where: string, at = this.at, atEnd?: string): JsonSyntaxError {
    const character = at < this.text.length ? firstByte(this.text.charCodeAt(at)) : atEnd;
    if (character === undefined) return endOfInput();
    return new JsonSyntaxError(`invalid character ${printCharacter(character)} ${where}`);
  }
}

function endOfInput(): JsonSyntaxError {
  return new JsonSyntaxError('unexpected end of JSON input');
}

/** Kubernetes looks at bytes: of a character beyond ASCII it names the first byte of its UTF-8 form. */
function firstByte(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6));
  const surrogate = code >= 0xd800 && code <= 0xdbff;
  return String.fromCharCode(surrogate ? 0xf0 | ((code - 0xd800 + 0x40) >> 8) : 0xe0 | (code >> 12));
}

const namedControls: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

function printCharacter(character: string): string {
  const named = namedControls[character];
  if (named !== undefined) return `'${named}'`;
  const code = character.charCodeAt(0);
  return code < 32 || code === 127 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${character}'`;
}
