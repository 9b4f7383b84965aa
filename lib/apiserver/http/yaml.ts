import type { LineCounter, ScalarTag, Tags, YAMLError } from 'yaml';

/** A text that is no YAML; the message is worded as Kubernetes answers it. */
export class YamlSyntaxError extends Error {}

export interface ParsedYaml {
  readonly value: unknown;
  /** `line 12: key "kind" already set in map`, for each key given twice. The last value counts. */
  readonly duplicates: readonly string[];
}

/** Aliases may multiply a text's size by this much: enough for anchors by hand, too little for a bomb. */
const aliasCountMax = 100;

/** JSON has no times, sets or bytes: such scalars stay the text they are, as in Kubernetes. */
const beyondJson: ReadonlySet<string> = new Set(['timestamp', 'binary', 'set', 'omap', 'pairs']);

/** Octal numbers are also written as Go writes them. */
const goOctal: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'OCT',
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text) => Number.parseInt(text.replace('0o', '').replaceAll('_', ''), 8),
};

/** To Kubernetes' parser `12:30` is a text, not 750. */
function isOfUse(tag: Tag): boolean {
  return tag.format !== 'TIME' && !beyondJson.has(tag.tag.split(':').pop()!);
}

type Tag = Exclude<Tags[number], string>;

/**
 * Reads the first document of a YAML 1.1 text (`yes` is a boolean), as Kubernetes does; what follows is not looked at.
 * @throws YamlSyntaxError
 */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  // Loaded by the first YAML: most clients send JSON, and a start should not wait for it.
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const [document] = parseAllDocuments(text, {
    version: '1.1',
    lineCounter: lines,
    prettyErrors: false,
    customTags: (tags) => [
      goOctal,
      ...tags.filter((tag) => (typeof tag === 'string' ? !beyondJson.has(tag) : isOfUse(tag))),
    ],
  });
  if (document === undefined) return { value: null, duplicates: [] };
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const fault = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (fault !== undefined) throw new YamlSyntaxError(describe(fault, lines));
  try {
    return {
      value: document.toJS({ maxAliasCount: aliasCountMax }),
      duplicates: duplicates.map((error) => describeDuplicate(text, error, lines)),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const anchor = /^Unresolved alias .*: (.*)$/.exec(message)?.[1];
    throw new YamlSyntaxError(`yaml: ${anchor === undefined ? message : `unknown anchor '${anchor}' referenced`}`);
  }
}

interface Wording {
  readonly text: string;
  /** Kubernetes' parser counts lines from 1 where single characters are wrong, from 0 where their order is. */
  readonly ofCharacters: boolean;
}

/** Errors of the first line carry no line number in Kubernetes' parser. */
function describe(error: YAMLError, lines: LineCounter): string {
  const { line } = lines.linePos(error.pos[0]);
  const { text, ofCharacters } = wordingOf(error);
  const shown = ofCharacters ? line : line - 1;
  return `yaml: ${line > 1 && shown > 0 ? `line ${shown}: ` : ''}${text}`;
}

function wordingOf({ code, message }: YAMLError): Wording {
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return ofCharacters('mapping values are not allowed in this context');
  if (code === 'TAB_AS_INDENT') return ofCharacters('found character that cannot start any token');
  if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
    return ofCharacters('found unexpected end of stream');
  }
  if (message.startsWith('All mapping items')) return ofOrder('did not find expected key');
  if (message.startsWith('Flow map')) return ofOrder("did not find expected ',' or '}'");
  if (message.startsWith('Flow sequence')) return ofOrder("did not find expected ',' or ']'");
  return ofCharacters(message);
}

function ofCharacters(text: string): Wording {
  return { text, ofCharacters: true };
}

function ofOrder(text: string): Wording {
  return { text, ofCharacters: false };
}

function describeDuplicate(text: string, error: YAMLError, lines: LineCounter): string {
  const [start, end] = error.pos;
  const { line } = lines.linePos(start);
  const key = /^[^:\s]*/.exec(text.slice(start, Math.max(end, start + 1)).concat(text.slice(end)))![0];
  return `line ${line}: key ${JSON.stringify(key.replace(/^["']|["']$/g, ''))} already set in map`;
}
