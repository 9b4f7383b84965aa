import type { LineCounter, YAMLError } from 'yaml';

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

/** Reads the one document of a YAML 1.1 text (`yes` is a boolean), as kubectl and Kubernetes do. @throws YamlSyntaxError */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  // Loaded by the first YAML: most clients send JSON, and a start should not wait for it.
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter: lines,
    prettyErrors: false,
    customTags: (tags) =>
      tags.filter((tag) => !beyondJson.has(typeof tag === 'string' ? tag : tag.tag.split(':').pop()!)),
  });
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const fault = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (fault !== undefined) throw new YamlSyntaxError(describe(fault, lines));
  try {
    return {
      value: document.toJS({ maxAliasCount: aliasCountMax }),
      duplicates: duplicates.map((error) => describeDuplicate(text, error, lines)),
    };
  } catch (error) {
    throw new YamlSyntaxError(`yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Errors of the first line carry no line number in Kubernetes' parser. */
function describe(error: YAMLError, lines: LineCounter): string {
  const { line } = lines.linePos(error.pos[0]);
  return `yaml: ${line > 1 ? `line ${line}: ` : ''}${wording(error)}`;
}

function wording(error: YAMLError): string {
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') return 'mapping values are not allowed in this context';
  if (error.code === 'TAB_AS_INDENT') return 'found character that cannot start any token';
  return error.message;
}

function describeDuplicate(text: string, error: YAMLError, lines: LineCounter): string {
  const [start, end] = error.pos;
  const { line } = lines.linePos(start);
  const key = /^[^:\s]*/.exec(text.slice(start, Math.max(end, start + 1)).concat(text.slice(end)))![0];
  return `line ${line}: key ${JSON.stringify(key.replace(/^["']|["']$/g, ''))} already set in map`;
}
