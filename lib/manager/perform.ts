import type { Pod } from '../apis/core/v1/pod/types.js';
import type { KubeObject } from '../apis/meta/v1/object.js';
import type { ChangeMetadata, Command, Decision, EventToRecord } from '../controllers/decision.js';
import { isFinished } from '../controllers/job/pods.js';
import type { JsonObject, Revision, StoredObject } from '../ports/store.js';
import { inBatches, inGrowingBatches } from './commands/batches.js';
import { createObject } from './commands/create.js';
import { deleteObject } from './commands/delete.js';
import { changeMetadata } from './commands/metadata.js';
import { update, writeOrRemove } from './commands/write.js';
import type { ControllerContext } from './context.js';

/** Who decided, and about what. */
export interface Subject {
  readonly stored: StoredObject;
  /** The source of its events: `job-controller`. */
  readonly component: string;
}

export interface Performed {
  /** Names that belong to other owners' objects. Then nothing after the creations has been done. */
  readonly taken: readonly string[];
  /** Nothing can be made in the namespace any more. Then nothing after the creations has been done either. */
  readonly terminating: boolean;
  /** What was to be created is there, under another UID than the decision knows. Then, too, nothing more has been done. */
  readonly outdated: boolean;
}

/** What a controller decided, done in the order that `controllers/decision.ts` promises. */
export async function perform(
  context: ControllerContext,
  subject: Subject,
  decision: Decision<unknown, unknown>,
): Promise<Performed> {
  const doing = new Performance(context, subject);
  try {
    await doing.all(decision.before, inGrowingBatches);
    if (doing.taken.length > 0 || doing.terminating || doing.outdated) return doing;
    await doing.write(decision);
    // What is created after the write has been announced by it: the shorter that stands open, the better.
    await doing.all(decision.after, inBatches);
    for (const event of decision.events) doing.record(event);
    return doing;
  } finally {
    // Whoever decides next sees what has been done here.
    await context.feed.reached(doing.revision);
  }
}

class Performance implements Performed {
  readonly taken: string[] = [];
  terminating = false;
  outdated = false;
  /** The newest revision written. */
  revision: Revision = 0;

  constructor(
    readonly context: ControllerContext,
    readonly subject: Subject,
  ) {}

  /** Runs of commands of the same kind are done together, one run after the other. */
  async all(commands: readonly Command[], creating: typeof inBatches): Promise<void> {
    for (let start = 0; start < commands.length;) {
      const kind = commands[start]!.do;
      let end = start + 1;
      while (end < commands.length && commands[end]!.do === kind) end++;
      const run = start === 0 && end === commands.length ? commands : commands.slice(start, end);
      const together = kind === 'create' ? creating : inBatches;
      await together(run, (command) => this.#one(command));
      start = end;
    }
  }

  async write({ status, record, metadata }: Decision<unknown, unknown>): Promise<void> {
    if (status === undefined && record === undefined && metadata === undefined) return;
    const { stored } = this.subject;
    const next: KubeObject = {
      ...stored.object,
      ...(metadata && { metadata: changeMetadata(stored.object.metadata, metadata) }),
      ...(status !== undefined && { status }),
    };
    this.#wrote(await writeOrRemove(this.context.store, stored, next, record as JsonObject | undefined));
  }

  record(event: EventToRecord): void {
    const { component, stored } = this.subject;
    this.context.events.record({ ...event, component: event.component ?? component, object: stored.object });
  }

  async #one(command: Command): Promise<void> {
    switch (command.do) {
      case 'create': {
        const created = await createObject(this.context, command);
        if (created.result === 'taken') this.taken.push(command.object.metadata.name);
        else if (created.result === 'terminating') this.terminating = true;
        else this.#wrote(created.revision);
        if (created.result === 'found' && command.uid !== undefined) this.outdated ||= created.uid !== command.uid;
        if (created.result === 'created' && command.event) this.record(command.event);
        return;
      }
      case 'delete': {
        const revision = await deleteObject(this.context, command);
        this.#wrote(revision);
        if (revision !== undefined && command.event) this.record(command.event);
        return;
      }
      case 'change-metadata':
        return this.#wrote(await changeMetadataOf(this.context, command));
    }
  }

  #wrote(revision: Revision | undefined): void {
    if (revision !== undefined && revision > this.revision) this.revision = revision;
  }
}

export function changeMetadataOf(
  { store }: ControllerContext,
  { target, change, unlessFinished }: ChangeMetadata,
): Promise<Revision | undefined> {
  return update(store, target, target.uid, (stored) => {
    if (unlessFinished && isFinished(stored.object as KubeObject & Pod)) return undefined;
    const metadata = changeMetadata(stored.object.metadata, change);
    return metadata === stored.object.metadata
      ? undefined
      : writeOrRemove(store, stored, { ...stored.object, metadata });
  });
}
