import type { RecordedAnswer, RecordedRequest } from '../recordings.js';

/** A recorded sequence of requests in a namespace of its own. */
export interface Sequence {
  readonly name: string;
  readonly flags?: {
    /** Needs no namespace. */
    readonly cluster?: boolean;
    readonly managedFields?: boolean;
  };
  readonly steps: readonly Step[];
}

export type Step = RequestStep | SettleStep | SleepStep | WatchStep;

export interface RequestStep {
  readonly request: RecordedRequest;
  readonly response: RecordedAnswer & { readonly jwt?: unknown };
  /** Variable name to a `/`-separated path into the answer. */
  readonly capture?: { readonly [variable: string]: string };
  /** Only the status counts. */
  readonly forget?: boolean;
  readonly unordered?: boolean;
  readonly volatile?: readonly string[];
  readonly jwt?: boolean;
  readonly onlyKinds?: boolean;
}

/** Waits until what the path answers has not changed for `quiet` seconds. */
export interface SettleStep {
  readonly settle: string;
  readonly has?: string;
  readonly quiet: number;
  readonly settled: boolean;
}

export interface SleepStep {
  /** Seconds. */
  readonly sleep: number;
}

export interface WatchStep {
  readonly watch: {
    readonly path: string;
    readonly query: string;
    readonly accept: string;
    readonly bookmarks?: boolean;
  };
  readonly response: { readonly status: number; readonly events: readonly unknown[] };
}
