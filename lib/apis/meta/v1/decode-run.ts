import { JsonNumber, type DuplicateKeys } from './json.js';

/** A step into a struct's field, as paths and messages name it. */
export interface FieldStep {
  readonly name: string;
  /** The struct's name in Go, without its package. */
  readonly struct: string;
  /** With the embedded type the field comes from: `ProbeHandler.exec`. */
  readonly goPath: string;
}

/** An index into a list, or a step into a field. */
type Step = number | FieldStep;

/** Ends the decoding at once, as a value's own parser does in Kubernetes; wrong types elsewhere do not. */
export class FatalDecodeError extends Error {}

/** What one decoding collects, and where in the document it is. */
export class DecodeRun {
  error: string | undefined;
  readonly strictWarnings: string[] = [];
  readonly path: Step[] = [];
  private readonly duplicateKeys: DuplicateKeys | undefined;

  constructor(duplicateKeys: DuplicateKeys | undefined) {
    this.duplicateKeys = duplicateKeys !== undefined && duplicateKeys.size > 0 ? duplicateKeys : undefined;
  }

  outcome<T>(decoding: () => T): T | undefined {
    try {
      return decoding();
    } catch (error) {
      if (!(error instanceof FatalDecodeError)) throw error;
      this.error = error.message;
      return undefined;
    }
  }

  /** The first wrong type is the one that is answered; decoding goes on. */
  wrongType(value: unknown, goType: string): void {
    this.error ??= this.typeMessage(jsonType(value), goType);
  }

  /** A number that is out of range or no integer. */
  wrongNumber(value: number | JsonNumber, goType: string): void {
    this.error ??= this.typeMessage(`number ${numberText(value)}`, goType);
  }

  fail(message: string): never {
    throw new FatalDecodeError(message);
  }

  failType(value: unknown, goType: string): never {
    throw new FatalDecodeError(this.typeMessage(jsonType(value), goType));
  }

  failNumber(value: number | JsonNumber, goType: string): never {
    throw new FatalDecodeError(this.typeMessage(`number ${numberText(value)}`, goType));
  }

  unknownField(name: string): void {
    this.strictWarnings.push(`unknown field "${this.pathTo(name)}"`);
  }

  reportDuplicateKeys(object: object): void {
    if (this.duplicateKeys === undefined) return;
    for (const key of this.duplicateKeys.get(object) ?? []) {
      this.strictWarnings.push(`duplicate field "${this.pathTo(key)}"`);
    }
  }

  private pathTo(name: string): string {
    let path = '';
    for (const step of this.path)
      path += typeof step === 'number' ? `[${step}]` : `${path === '' ? '' : '.'}${step.name}`;
    return path === '' ? name : `${path}.${name}`;
  }

  private typeMessage(found: string, goType: string): string {
    const fields = this.path.filter((step) => typeof step !== 'number');
    const last = fields.at(-1);
    if (last === undefined) return `json: cannot unmarshal ${found} into Go value of type ${goType}`;
    const path = fields.map((field) => field.goPath).join('.');
    return `json: cannot unmarshal ${found} into Go struct field ${last.struct}.${path} of type ${goType}`;
  }
}

export function numberText(value: number | JsonNumber): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value instanceof JsonNumber ? 'number' : typeof value;
}
