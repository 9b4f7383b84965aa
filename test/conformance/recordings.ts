import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JsonNumber, parseJson } from '../../lib/apis/meta/v1/json.js';

/** One request of a recorded case; `body`: an object is sent as JSON, a string as it stands. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Already URL-encoded, without the question mark. */
  readonly query: string;
  readonly contentType: string | null;
  readonly accept: string;
  readonly body: unknown;
  readonly userAgent?: string;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly contentType?: string;
  readonly body: unknown;
}

export interface AdmissionCase {
  readonly name: string;
  readonly unordered?: boolean;
  readonly request: RecordedRequest;
  readonly response: RecordedAnswer;
}

const folder = fileURLToPath(new URL('../../../shared/recordings/', import.meta.url));

/** Why there is nothing to compare with: the recorded answers do not lie beside the repository. */
export const whyNoRecordings = existsSync(`${folder}admission.jsonl`) ? undefined : '../shared/recordings is not there';

/** All cases of a corpus (`admission`, `updates`, `behaviour`); none where there are no recordings. */
export function recordedCases<T>(corpus: string): T[] {
  if (whyNoRecordings !== undefined) return [];
  const lines = readFileSync(`${folder}${corpus}.jsonl`, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => plain(parseJson(line).value) as T);
}

/**
 * Numbers as JavaScript has them, except in bodies of requests: one that contains a number which JavaScript would spell
 * otherwise (`2.0`, 2^63) becomes the text to be sent.
 */
function plain(value: unknown): unknown {
  if (value instanceof JsonNumber) return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => {
    const isBody = key === 'body' && 'method' in value;
    return [key, isBody && hasOddNumber(field) ? spell(field) : plain(field)];
  });
  return Object.fromEntries(entries) as unknown;
}

function hasOddNumber(value: unknown): boolean {
  if (value instanceof JsonNumber) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOddNumber);
}

function spell(value: unknown): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}:${spell(field)}`)
    .join(',')}}`;
}
