import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { PodRuntime } from '../ports/pod-runtime.js';
import type { Store } from '../ports/store.js';
import type { Admission } from './commands/admit.js';
import type { EventRecorder } from './events/recorder.js';
import type { Feed } from './feed.js';
import type { Log } from './log.js';
import type { TerminatingNamespaces } from './terminating-namespaces.js';
import type { Timers } from './timers.js';

/** What every controller works with. */
export interface ControllerContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly events: EventRecorder;
  readonly feed: Pick<Feed, 'reached'>;
  readonly admission: Admission;
  readonly terminating: TerminatingNamespaces;
  readonly log: Log;
}

/** What the controller of pods works with. */
export interface ManagerContext extends ControllerContext {
  readonly runtime: PodRuntime;
}
