import type { Change, ObjectKey } from '../ports/store.js';

/**
 * One controller as the manager runs it: it learns of every change, says which keys have to be looked at, and
 * reconciles them one by one. Keys are texts of its own choosing, mostly `namespace/name`.
 */
export interface Controller {
  readonly name: string;
  /** Keys reconciled at the same time. */
  readonly concurrency: number;
  /** The least rest between two runs of a key; see `LaneOptions.restMs`. */
  readonly restMs?: number;
  /** Its keys are to be looked at when they asked for it and not a moment later, whatever else there is to do. */
  readonly punctual?: boolean;

  /** Called once, before the first change is told. `add` may be used at any later time. */
  start?(add: (key: string) => void): void;

  /** Forget what was learned: every object is told again, as `created`. */
  reset?(): void;

  /** Takes a change in and calls `add` for each key it concerns. Synchronous and cheap: it sees every write there is. */
  observe(change: Change, add: Add): void;

  /** The feed has been read as far as it goes (also after the first listing). */
  caughtUp?(add: (key: string) => void): void;

  /**
   * Looks at the key and does what is to be done. Resolves with the time (ms since 1970) to look again by itself.
   * `rushed`: others are due at this moment too; what need not be done now may be left to another look.
   */
  reconcile(key: string, rushed?: boolean): Promise<number | undefined>;

  /** A reconcile has thrown, `failures` times in a row; it is retried. */
  failed?(key: string, error: unknown, failures: number): void;
}

/** `gather`: more of the same is likely to come; the key may rest before it is looked at (`Lane.add`). */
export type Add = (key: string, gather?: boolean) => void;

/** `['default', 'pi']` of `default/pi`. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}

export function joinKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The opposite of `formatKey`. */
export function parseKey(text: string): ObjectKey {
  const parts = text.split('/');
  const [resource = '', first = '', second] = parts;
  return second === undefined ? { resource, namespace: '', name: first } : { resource, namespace: first, name: second };
}
