export interface Mutant {
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The whole file with the one change. */
  readonly text: string;
}

/** What is put for what. Operators stand between blanks, which spares generics, arrows and comments' dashes. */
const SWAPS: readonly (readonly [RegExp, string])[] = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/Math\.max/g, 'Math.min'],
  [/Math\.min/g, 'Math.max'],
  [/\.every\(/g, '.some('],
  [/\.some\(/g, '.every('],
  [/(?<=[ (!])!(?=[a-z(])/g, ''],
  [/\+\+/g, '--'],
  [/(?<=[ (])0(?=[;,) ])/g, '1'],
  [/(?<=[ (])1(?=[;,) ])/g, '2'],
  [/ \?\? /g, ' && '],
  [/(?<=[ (-])[1-9][\d_]+(?=[;,) ])/g, '77'],
  [/\.filter\([^()]*\)/g, ''],
  [/'[A-Z][A-Za-z ]+'/g, "'other'"],
  [/^( *)return (?!undefined)[^;{([]+;$/g, '$1return undefined as never;'],
  [/^( *)if \(.*\) (?:return|continue)[^;]*;$/g, '$1;'],
];

/** Comments, imports and declarations of types are left alone. */
const UNTOUCHED =
  /^\s*(\/?\*|\/\/|import |export (interface|type) |type |interface |readonly \w+\??:|\| \{|\w+: '\w+' \| )/;

/** Every mutant of a source file: a small change each that a good test notices. */
export function mutantsOf(source: string): readonly Mutant[] {
  const lines = source.split('\n');
  return lines.flatMap((line, position) => {
    if (UNTOUCHED.test(line)) return [];
    return variantsOf(line).map((after) => ({
      line: position + 1,
      before: line.trim(),
      after: after.trim(),
      text: lines.with(position, after).join('\n'),
    }));
  });
}

function variantsOf(line: string): readonly string[] {
  return SWAPS.flatMap(([pattern, replacement]) =>
    [...line.matchAll(pattern)].map((match) => {
      const changed = match[0].replace(new RegExp(pattern.source, pattern.flags.replace('g', '')), replacement);
      // Patterns that look around themselves do not match their own text alone: their replacement is a plain one.
      const put = changed === match[0] ? replacement : changed;
      return line.slice(0, match.index) + put + line.slice(match.index + match[0].length);
    }),
  );
}
