/** A list above this many items is written piece by piece: others are answered between the pieces. */
const pieceItems = 200;

const arrays = ['items', 'rows'] as const;

/**
 * The JSON of a large list (or Table) as a stream that prints a piece when the client has taken the one before, so that
 * neither memory nor the event loop ever holds all of it. Undefined: the body is no large list.
 */
export function streamLargeList(body: unknown): ReadableStream<Uint8Array> | undefined {
  const lists = body as { readonly [field: string]: unknown };
  const field = arrays.find((name) => Array.isArray(lists[name]));
  const items = field === undefined ? [] : (lists[field] as readonly unknown[]);
  if (field === undefined || items.length <= pieceItems) return undefined;
  const rest = JSON.stringify({ ...lists, [field]: undefined });
  return streamPieces(`${rest.slice(0, -1)},"${field}":[`, items, ']}\n');
}

function streamPieces(head: string, items: readonly unknown[], tail: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise(setImmediate);
      const piece = items.slice(at, at + pieceItems).map((item) => JSON.stringify(item));
      const before = at === 0 ? head : ',';
      at += pieceItems;
      const isLast = at >= items.length;
      controller.enqueue(encoder.encode(before + piece.join(',') + (isLast ? tail : '')));
      if (isLast) controller.close();
    },
  });
}
