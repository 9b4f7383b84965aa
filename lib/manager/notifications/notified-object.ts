import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { NotifiedObject } from '../../ports/notifications.js';

/** A notification has to stay far below what a bus takes (256 KB), whatever an object carries. */
const LABELS_MAX = 50;
const MESSAGE_MAX = 2000;

export function notifiedObject(kind: NotifiedObject['kind'], metadata: KubeObject['metadata']): NotifiedObject {
  const { namespace = '', name, uid, labels = {} } = metadata;
  const some = Object.entries(labels).slice(0, LABELS_MAX);
  return { kind, namespace, name, uid, ...(some.length > 0 && { labels: Object.fromEntries(some) }) };
}

export function shortened(message: string): string {
  return message.length <= MESSAGE_MAX ? message : `${message.slice(0, MESSAGE_MAX - 1)}…`;
}
