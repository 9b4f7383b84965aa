import type { Kind } from '../apis/meta/v1/kind.js';
import type { KubeObject } from '../apis/meta/v1/object.js';
import type { User } from '../ports/authentication.js';
import type { Clock } from '../ports/clock.js';
import type { PodLogs } from '../ports/pod-logs.js';
import type { ParseSchedule } from '../ports/schedule.js';
import type { Representation } from './http/negotiation.js';
import type { RegistryContext } from './registry/registry.js';
import type { Strategy } from './registry/strategy.js';
import type { ObjectTexts } from './watch/object-texts.js';

/** What every handler works with. */
export interface ServerContext {
  readonly registry: RegistryContext;
  readonly clock: Clock;
  readonly podLogs: PodLogs | undefined;
  readonly parseSchedule: ParseSchedule | undefined;
  readonly texts: ObjectTexts;
}

/** A request for a resource, as far as its path and its credentials say it. */
export interface ResourceRequest {
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly kind: Kind;
  readonly strategy: Strategy;
  /** Empty: all namespaces, or a kind without. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  /** Empty: the object itself. */
  readonly subresource: string;
  readonly representation: Representation;
  /** Adds a `Warning: 299` header to the answer. */
  readonly warn: (text: string) => void;
}

/** What a handler answers, before it gets its form; a `Response` goes out as it is. */
export type HandlerResult =
  | Response
  /** `kind`: the object's own, where it is not that of the request's path. */
  | { readonly status: number; readonly object: KubeObject; readonly kind?: Kind }
  | { readonly status: number; readonly list: ObjectList }
  /** A `Status`: never turned into a Table or partial metadata. */
  | { readonly status: number; readonly statusObject: object };

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

export type Handler = (context: ServerContext, request: ResourceRequest) => Promise<HandlerResult>;
