import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';

/** Recorded histories of the controllers, as the recordings' own description has them. */
export interface Scenario {
  readonly name: string;
  readonly cron?: boolean;
  /** The pods are interchangeable: the real server itself chooses at random among them. */
  readonly anonymous?: boolean;
  /** The real server did not write the same events every time. */
  readonly eventsVary?: boolean;
  readonly steps: readonly Step[];
}

export interface StepOptions {
  readonly noSnapshot?: boolean;
  readonly quiet?: number;
  readonly snapshot?: Snapshot;
}

export type Step = StepOptions &
  (
    | { readonly do: 'create'; readonly object: Draft; readonly ownerUidOf?: readonly [string, string] }
    | {
        readonly do: 'patch';
        readonly kind: string;
        readonly name: string;
        readonly body: object;
        readonly sub?: string;
        readonly type?: string;
      }
    | { readonly do: 'delete'; readonly kind: string; readonly name: string; readonly options?: object }
    | ({ readonly do: 'setPod'; readonly pod: PodSelector } & PodReport)
    | { readonly do: 'patchPod'; readonly pod: PodSelector; readonly body: object; readonly type?: string }
    | { readonly do: 'deletePod'; readonly pod: PodSelector; readonly grace?: number }
    | { readonly do: 'wait'; readonly seconds: number }
    | { readonly do: 'await'; readonly for: Awaited; readonly max: number }
    | { readonly do: 'alignMinute'; readonly from?: number; readonly to?: number }
    | { readonly do: 'atSecond'; readonly second: number }
    | { readonly do: 'manualJob'; readonly cronjob: string; readonly name: string }
  );

/** An object before the server has admitted it. */
export type Draft = { readonly kind: string; readonly metadata: Partial<KubeObject['metadata']> } & Record<
  string,
  unknown
>;

export interface Awaited {
  readonly pods?: number;
  readonly condition?: string;
  readonly job?: string;
  readonly gone?: string;
  readonly event?: string;
  readonly ticks?: number;
}

export interface PodSelector {
  readonly n?: number | readonly number[];
  readonly index?: number | readonly number[];
  readonly phase?: string | readonly string[];
  readonly deleting?: boolean;
  readonly job?: string;
  readonly first?: number;
  readonly last?: number;
}

export interface PodReport {
  readonly phase: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exit?: number;
  readonly exits?: Readonly<Record<string, number>>;
  readonly restarts?: number;
  readonly ready?: boolean;
  readonly conditions?: readonly object[];
  readonly finishedAgo?: number;
  readonly bare?: boolean;
}

export interface Snapshot {
  readonly jobs?: readonly object[];
  readonly cronjobs?: readonly object[];
  readonly pods?: readonly PodSnapshot[];
  readonly gone?: readonly number[];
  readonly cameAndWent?: readonly number[];
  readonly events?: readonly EventSnapshot[];
  readonly delays?: readonly { readonly n: number; readonly sinceFailure: number }[];
  readonly took?: number | 'timeout';
  readonly touched?: number;
  readonly errors?: readonly object[];
}

export interface PodSnapshot {
  readonly n: number;
  readonly name: string;
  readonly phase: string;
  readonly detail?: object;
  readonly [field: string]: unknown;
}

export interface EventSnapshot {
  /** `Job/j`. */
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly count: number;
}
