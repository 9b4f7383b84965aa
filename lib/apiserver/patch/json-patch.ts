import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { has, isList, isMap, put, type JsonMap } from './json-tree.js';

export interface JsonPatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** An operation that cannot be applied; nothing of the patch is. */
export class JsonPatchError extends Error {}

/** `copy` may double a document with each operation; what all copies of one patch add up to is bounded. */
const copiedCharactersMax = 3 * 1024 * 1024;

/**
 * JSON Patch (RFC 6902) as Kubernetes' library applies it: negative indexes count from the end of a list, `test` of an
 * absent field against null succeeds. The target does not change; what the patch does not touch is shared.
 *
 * @throws JsonPatchError
 */
export function applyJsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const patching = new Patching(target);
  for (const operation of operations) patching.apply(operation);
  return patching.document;
}

type Container = Record<string, unknown> | unknown[];

/** A document being patched: each container is copied before its first change, then changed in place. */
class Patching {
  document: unknown;
  private readonly own = new Set<unknown>();
  private copiedCharacters = 0;

  constructor(target: unknown) {
    this.document = target;
  }

  apply({ op, path, from, value = null }: JsonPatchOperation): void {
    if (path === undefined) throw new JsonPatchError('operation without a path');
    switch (op) {
      case 'add':
        return this.add(path, value);
      case 'remove':
        return this.remove(path);
      case 'replace':
        return this.replace(path, value);
      case 'move':
        return this.move(from, path);
      case 'copy':
        return this.add(path, this.copyOf(this.read(from)));
      case 'test':
        return this.test(path, value);
      default:
        throw new JsonPatchError(`Unexpected kind: ${op}`);
    }
  }

  private add(path: string, value: unknown): void {
    const { container, key } = this.locate(path);
    if (isMap(container)) put(container, key, value);
    else container.splice(key === '-' ? container.length : indexIn(key, container.length + 1, path), 0, value);
  }

  private replace(path: string, value: unknown): void {
    if (path === '') {
      this.document = value;
      return;
    }
    const { container, key } = this.locate(path);
    if (isMap(container)) put(container, existing(container, key, path), value);
    else container[indexIn(key, container.length, path)] = value;
  }

  private remove(path: string): void {
    const { container, key } = this.locate(path);
    if (isMap(container)) delete container[existing(container, key, path)];
    else container.splice(indexIn(key, container.length, path), 1);
  }

  private move(from: string | undefined, path: string): void {
    const value = this.read(from);
    this.remove(from!);
    this.add(path, value);
  }

  private test(path: string, value: unknown): void {
    const absent = path !== '' && !this.exists(path);
    if (!deepEqual(absent ? null : this.read(path), value)) throw new JsonPatchError(`testing value ${path} failed`);
  }

  private exists(path: string): boolean {
    const { container, key } = this.locate(path);
    return !isMap(container) || has(container, key);
  }

  private read(path: string | undefined): unknown {
    if (path === undefined) throw new JsonPatchError('operation without from');
    if (path === '') return this.document;
    const { container, key } = this.locate(path);
    return child(container, key, path);
  }

  /** The list or map that holds what the path names, as one that may be changed. */
  private locate(path: string): { container: Container; key: string } {
    const [root, ...tokens] = path.split('/').map(unescapeToken);
    const key = tokens.pop();
    if (root === undefined || key === undefined) throw absentAt(path);
    let container = this.writable(this.document, path);
    this.document = container;
    for (const token of tokens) {
      const next = this.writable(child(container, token, path), path);
      if (isMap(container)) put(container, token, next);
      else container[indexIn(token, container.length, path)] = next;
      container = next;
    }
    return { container, key };
  }

  private writable(value: unknown, path: string): Container {
    if (this.own.has(value)) return value as Container;
    if (!isMap(value) && !isList(value)) throw absentAt(path);
    const copy: Container = isMap(value) ? { ...value } : [...value];
    this.own.add(copy);
    return copy;
  }

  /** A copy that no later operation changes along with the original. */
  private copyOf(value: unknown): unknown {
    this.copiedCharacters += JSON.stringify(value).length;
    if (this.copiedCharacters > copiedCharactersMax) throw new JsonPatchError('the copies are too large');
    return structuredCopy(value);
  }
}

function structuredCopy(value: unknown): unknown {
  if (isList(value)) return value.map(structuredCopy);
  if (!isMap(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) put(copy, key, structuredCopy(value[key]));
  return copy;
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function child(container: Container, key: string, path: string): unknown {
  return isMap(container)
    ? container[existing(container, key, path)]
    : (container as unknown[])[indexIn(key, container.length as number, path)];
}

function existing(map: JsonMap, key: string, path: string): string {
  if (!has(map, key)) throw absentAt(path);
  return key;
}

/** A list index below `limit`; negative ones count back from it. */
function indexIn(key: string, limit: number, path: string): number {
  if (!/^[+-]?\d+$/.test(key)) throw absentAt(path);
  const index = Number(key) < 0 ? Number(key) + limit : Number(key);
  if (index < 0 || index >= limit) throw absentAt(path);
  return index;
}

function absentAt(path: string): JsonPatchError {
  return new JsonPatchError(`the path ${path} leads nowhere`);
}
