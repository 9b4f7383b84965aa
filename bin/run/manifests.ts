import { readFile } from 'node:fs/promises';
import { LineCounter, parseAllDocuments } from 'yaml';
import { UsageError } from '../local/usage-error.js';
import { FieldLines } from './field-lines.js';

/** One object of a manifest and where it stands, for error messages. */
export interface ManifestObject {
  readonly object: Record<string, unknown> & {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string };
  };
  /** `jobs.yaml, document 2`. */
  readonly origin: string;
  /** In which line of the whole text a field of the object stands. */
  readonly lines: FieldLines;
}

/** What is wrong with the input, in words for the person who wrote it. */
export class ManifestError extends UsageError {
  override readonly name = 'ManifestError';
}

/** Reads a manifest file, or standard input for `-`: any number of YAML or JSON documents, `List` objects opened up. */
export async function readManifests(path: string): Promise<ManifestObject[]> {
  const label = path === '-' ? 'standard input' : path;
  return parseManifests(path === '-' ? await readStandardInput() : await readText(path), label);
}

/** `label` names the text in errors. Throws a ManifestError for syntax errors, documents without kind, and empty input. */
export function parseManifests(text: string, label: string): ManifestObject[] {
  // YAML 1.1 as kubectl reads it (`on` is true); the alias limit keeps a small file from becoming a large one.
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: true, lineCounter });
  if (!Array.isArray(documents)) throw new ManifestError(`${label}: no objects found`);
  const objects = documents.flatMap((document, index) => {
    const origin = documents.length === 1 ? label : `${label}, document ${index + 1}`;
    const error = document.errors[0];
    if (error !== undefined) throw new ManifestError(`${origin}: ${error.message.trimEnd()}`);
    const lines = new FieldLines(document, document.contents, lineCounter);
    return open(document.toJS({ maxAliasCount: 100 }), origin, lines);
  });
  if (objects.length === 0) throw new ManifestError(`${label}: no objects found`);
  return objects;
}

function open(value: unknown, origin: string, lines: FieldLines): ManifestObject[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ManifestError(`${origin}: expected an object with apiVersion and kind`);
  }
  const object = value as ManifestObject['object'];
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof object[field] !== 'string') throw new ManifestError(`${origin}: ${field} is missing`);
  }
  if (object.kind !== 'List') return [{ object, origin, lines }];
  const items = Array.isArray(object['items']) ? (object['items'] as unknown[]) : [];
  return items.flatMap((item, index) => open(item, `${origin}, items[${index}]`, lines.item(index)));
}

/** `jobs.yaml, document 2, line 17`: where a field stands, or the parent in which it is missing. */
export function placeOf({ origin, lines }: ManifestObject, field: string): string {
  const line = lines.lineOf(field);
  return line === undefined ? origin : `${origin}, line ${line}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ManifestError(`${path}: no such file`);
    if (code === 'EISDIR') throw new ManifestError(`${path}: is a folder; name a file`);
    throw new ManifestError(`${path}: ${message}`);
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
