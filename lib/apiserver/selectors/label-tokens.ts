/** What a label selector's text consists of. `word` is a key, a value or the keyword `in` or `notin`. */
export interface Token {
  readonly type: 'word' | ',' | '(' | ')' | '!' | '=' | '==' | '!=' | '>' | '<' | 'end';
  /** Empty at the end of the text. */
  readonly text: string;
}

const pattern = /[ \t\r\n]*(==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+|$)/y;

export function tokenize(selector: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const text = pattern.exec(selector)![1]!;
    tokens.push({ type: typeOf(text), text });
    if (text === '') return tokens;
  }
}

function typeOf(text: string): Token['type'] {
  if (text === '') return 'end';
  return /^[=!(),<>]/.test(text) ? (text as Token['type']) : 'word';
}
