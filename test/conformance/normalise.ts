/**
 * Answers differ from run to run in what the server makes up (names, UUIDs, times, versions). Both the recorded answers
 * and ours are compared after the same normalisation; its rules are numbered as in the recordings' own description.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;
const goTime = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} [A-Z]+/g;
const suffix = '[bcdfghjklmnpqrstvwxz2456789]{5}';

/** Rule 6: numbers inside messages. */
const messageRules: readonly (readonly [RegExp, string])[] = [
  [/too old resource version: \d+ \(\d+\)/g, 'too old resource version: <n> (<n>)'],
  [/(Too large resource version: \d+, current: )\d+/g, '$1<n>'],
  [/(\\*"resourceVersion\\*":\\*")\d+/g, '$1<n>'],
  [/(ResourceVersion in record \()\d+/g, '$1<n>'],
  [/(in the precondition: )\d+/g, '$1<n>'],
];

export interface CaseOptions {
  /** The namespace in which the case is played. */
  readonly namespace: string;
  /** All request bodies of the case as they are sent: what stands in them is not normalised. */
  readonly bodies: readonly unknown[];
  /** Rule 7: managed fields stay. */
  readonly managedFields?: boolean;
}

export interface AnswerOptions {
  /** The server lists these field errors in random order: they are compared sorted. */
  readonly unordered?: boolean;
  /** Table columns whose cells vary. */
  readonly volatile?: readonly string[];
}

/** Normalises the answers of one case, in the order in which they come: numbering runs over the whole case. */
export class Normaliser {
  readonly #options: CaseOptions;
  readonly #sent: string;
  readonly #generated: readonly (readonly [RegExp, string])[];
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  /** Of the last Table that said them: the later ones of a watch do not. */
  #columns: readonly string[] = [];

  constructor(options: CaseOptions) {
    this.#options = options;
    this.#sent = options.bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))).join('\n');
    this.#generated = options.bodies.flatMap(generateNameOf).map((prefix) => {
      const kept = prefix.slice(0, 58);
      return [new RegExp(escape(kept) + suffix, 'g'), `${kept}<rand>`];
    });
  }

  /** Rules 1 to 6, on one text. */
  text(value: string): string {
    let text = value;
    if (this.#options.namespace !== 'recorded') text = text.replaceAll(this.#options.namespace, 'recorded');
    for (const [pattern, replacement] of this.#generated) text = text.replace(pattern, replacement);
    text = text.replace(uuid, (found) => (this.#sent.includes(found) ? found : this.#uid(found)));
    text = text.replace(time, (found) => (this.#sent.includes(found) ? found : '<time>')).replace(goTime, '<gotime>');
    text = text.replace(new RegExp(`kube-api-access-${suffix}`, 'g'), 'kube-api-access-<rand>');
    text = text.replace(/\.[0-9a-f]{16}\b/g, '.<hex>');
    text = text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<jwt>');
    for (const [pattern, replacement] of messageRules) text = text.replace(pattern, replacement);
    return text;
  }

  /** A whole answer, parsed. */
  body(value: unknown, options: AnswerOptions = {}): Json {
    const walked = this.#walk(value as Json, options);
    return options.unordered === true ? sortedCauses(walked) : walked;
  }

  #walk(value: Json, options: AnswerOptions): Json {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, options));
    if (typeof value !== 'object' || value === null) return value;
    const object = value as JsonObject;
    const entries = metadataFirst(object).map((key): [string, Json] => {
      const field = object[key] as Json;
      const walked = key === 'metadata' ? this.#metadata(field, isList(object), options) : this.#walk(field, options);
      return [this.text(key), walked];
    });
    const walked = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    return object['kind'] === 'Table' ? this.#table(walked, options.volatile ?? []) : walked;
  }

  /** Rule 9. */
  #table(table: JsonObject, volatile: readonly string[]): Json {
    const definitions = table['columnDefinitions'] as readonly JsonObject[] | null | undefined;
    if (definitions) this.#columns = definitions.map((column) => String(column['name']));
    if (!Array.isArray(table['rows'])) return table;
    const rows = (table['rows'] as JsonObject[]).map((row) => ({
      ...row,
      cells: (row['cells'] as Json[]).map((cell, index) => tableCell(this.#columns[index] ?? '', cell, volatile)),
    }));
    return { ...table, rows };
  }

  /** Rules 7 and 8. */
  #metadata(value: Json, ofList: boolean, options: AnswerOptions): Json {
    if (typeof value !== 'object' || value === null) return value;
    const { managedFields, resourceVersion, continue: token, ...rest } = value as JsonObject;
    const walked: Record<string, Json> = { ...(this.#walk(rest, options) as JsonObject) };
    if (Array.isArray(managedFields) && this.#options.managedFields === true) {
      const texts = managedFields.map((entry) => JSON.stringify(this.#walk(entry, options)));
      walked['managedFields'] = texts.sort().map((text) => JSON.parse(text) as Json);
    }
    if (typeof resourceVersion === 'string') {
      walked['resourceVersion'] = ofList ? '<rv>' : this.#version(resourceVersion);
    }
    if (typeof token === 'string') walked['continue'] = token === '' ? '' : '<continue>';
    return walked;
  }

  #uid(found: string): string {
    const known = this.#uids.get(found) ?? `<uid:${this.#uids.size + 1}>`;
    this.#uids.set(found, known);
    return known;
  }

  #version(found: string): string {
    const known = this.#versions.get(found) ?? `<rv:${this.#versions.size + 1}>`;
    this.#versions.set(found, known);
    return known;
  }
}

function metadataFirst(object: JsonObject): string[] {
  const keys = Object.keys(object).sort();
  return 'metadata' in object ? ['metadata', ...keys.filter((key) => key !== 'metadata')] : keys;
}

function isList(object: JsonObject): boolean {
  return object['kind'] === 'Table' || String(object['kind'] ?? '').endsWith('List');
}

function tableCell(column: string, cell: Json, volatile: readonly string[]): Json {
  if (volatile.includes(column)) return `<${column.toLowerCase()}>`;
  if (column === 'Age' || column === 'Last Schedule') return String(cell).startsWith('<') ? cell : '<age>';
  if (column === 'Restarts' && typeof cell === 'string') return cell.replace(/\(\S+ ago\)/, '(<age> ago)');
  return cell;
}

/** The errors of a `Status` sorted, its message rebuilt from them where it is made of nothing else. */
function sortedCauses(value: Json): Json {
  const details = (value as JsonObject | null)?.['details'] as JsonObject | undefined;
  const causes = details?.['causes'] as readonly { field: string; reason: string; message: string }[] | undefined;
  if (causes === undefined) return value;
  const key = (cause: (typeof causes)[number]) => [cause.field, cause.reason, cause.message].join('\u0000');
  const sorted = causes.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const message = String((value as JsonObject)['message']).replace(/ is invalid: \[(.*)\]$/s, (_, list: string) => {
    const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))].sort();
    const longestFirst = texts.toSorted((a, b) => b.length - a.length);
    const left = longestFirst.reduce((rest, text) => rest.replace(text, ''), list);
    return left.replaceAll(', ', '') === '' ? ` is invalid: [${texts.join(', ')}]` : ' is invalid: [<unordered>]';
  });
  return { ...(value as JsonObject), details: { ...details, causes: sorted }, message } as Json;
}

function generateNameOf(body: unknown): string[] {
  if (typeof body === 'string')
    return [...body.matchAll(/"?generateName"?:\s*"?([^"\s,}]+)/g)].map((found) => found[1]!);
  const prefix = (body as { metadata?: { generateName?: unknown } } | null)?.metadata?.generateName;
  return typeof prefix === 'string' && prefix !== '' ? [prefix] : [];
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
