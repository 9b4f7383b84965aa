import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

/** In which line of a manifest a field of an object stands. */
export class FieldLines {
  /** `root` is the object's node in its document. */
  constructor(
    private readonly document: Document,
    private readonly root: unknown,
    private readonly lines: LineCounter,
  ) {}

  /**
   * Counted from 1, of a path as the API server writes it (`spec.template.spec.containers[0].image`): of the deepest part
   * that is there, since a required field is named where it is missing. Undefined where not even the object stands somewhere.
   */
  lineOf(path: string): number | undefined {
    let node = this.resolve(this.root);
    let start = startOf(node);
    for (const segment of segmentsOf(path)) {
      // Wrong types are told without the index of a list's item.
      if (isSeq(node) && !isIndex(segment) && node.items.length === 1) node = this.resolve(node.items[0]);
      const child = childOf(node, segment);
      if (child === undefined) break;
      node = this.resolve(child.value);
      start = child.start ?? start;
    }
    return start === undefined ? undefined : this.lines.linePos(start).line;
  }

  /** The same for an item of a list that the object holds. */
  item(index: number): FieldLines {
    const items = childOf(this.resolve(this.root), 'items')?.value;
    const resolved = this.resolve(items);
    return new FieldLines(this.document, isSeq(resolved) ? resolved.items[index] : undefined, this.lines);
  }

  private resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

interface Child {
  readonly value: unknown;
  readonly start: number | undefined;
}

function childOf(node: unknown, segment: string): Child | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
    return pair && { value: pair.value, start: startOf(pair.key) };
  }
  if (!isSeq(node) || !isIndex(segment)) return undefined;
  const value = node.items[Number(segment)];
  return value === undefined ? undefined : { value, start: startOf(value) };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function isIndex(segment: string): boolean {
  return /^\d+$/.test(segment);
}

/** `metadata.labels[a.b/c]` is `metadata`, `labels`, `a.b/c`. */
function segmentsOf(path: string): string[] {
  return [...path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, bracketed, plain]) => bracketed ?? plain!);
}
