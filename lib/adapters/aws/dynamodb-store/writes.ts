import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { randomBytes } from 'node:crypto';
import { Absent, AlreadyExists, RevisionMismatch, StoreError } from '../../../ports/store.js';
import type { ObjectKey, Revision } from '../../../ports/store.js';
import { TABLE } from '../names.js';
import { deleteChunks } from './chunks.js';
import type { FeedEntry, Items } from './items.js';
import { revisionOf } from './items.js';
import { FIELD, keyOf } from './keys.js';
import { backOff, transienceOf } from './retry.js';
import type { Revisions } from './revisions.js';
import type { Item } from './stream-record.js';
import type { TableAccess } from './table-access.js';

/** What one write asks for. */
export interface Write {
  readonly key: ObjectKey;
  /** Left out: nothing may be there. */
  readonly expected?: Revision;
  /** The fields the item has after the write, beside its key, revision and writer. */
  readonly set: Item;
  /** The fields it does not have after the write. Those named nowhere stay as they are. */
  readonly remove: readonly string[];
}

/** The table may have been written, and nobody can tell any more. Repeating a compare-and-set is safe. */
export class WriteOutcomeUnknown extends Error {
  override readonly name = 'WriteOutcomeUnknown';
}

/** The item before a write and after it; `before` is unknown where the answer was lost and the write found done. */
interface Written {
  readonly before: Item | undefined | 'unknown';
  readonly after: Item;
}

/**
 * Conditional writes of one item: each exactly one write unit per KB, and no read.
 *
 * Time line of a write whose answer is lost (the writer's name, `w`, is the same in all attempts of a write, and in no other
 * write):
 *   attempt 1   -> table holds w, the answer never comes
 *   attempt 2   -> the condition fails, and the item there carries w: it was attempt 1 that wrote it
 *   or          -> the condition fails, and the item is another's: overwritten since, or never written: unknown
 */
export class Writes {
  readonly process = randomBytes(5).toString('base64url');
  #count = 0;

  constructor(
    readonly access: TableAccess,
    readonly items: Items,
    readonly revisions: Revisions,
    /** Called for every write that succeeded, in the order of revisions, before its writer is told. */
    readonly publish: (entry: FeedEntry) => void,
  ) {}

  /** A name for one write of this process. */
  nextWriter(): string {
    return `${this.process}.${(this.#count++).toString(36)}`;
  }

  /** Returns the item as written. Throws what the port says, `WriteOutcomeUnknown`, and what DynamoDB says. */
  async write(write: Write, writer: string): Promise<Item> {
    let floor = write.expected ?? 0;
    let isDoubtful = false;
    for (let count = 0; ; count++) {
      // First the turn, then the revision: it must not be old when the write becomes visible (`REVISION_WINDOW`).
      const done = await this.access.turns.take();
      const attempt = this.revisions.begin(floor);
      try {
        const written = await this.#attempt(write, writer, attempt.revision, done);
        const entry = written.before === 'unknown' ? undefined : await this.#entryOf(written);
        await this.revisions.end(attempt, entry && (() => this.publish(entry)));
        return written.after;
      } catch (error) {
        void this.revisions.end(attempt);
        const transience = transienceOf(error);
        if (transience === 'unknown') isDoubtful = true;
        if (error instanceof TombstoneAhead && !isDoubtful) floor = error.revision;
        else if (transience === undefined || !(await backOff(count))) {
          if (isDoubtful) throw unknownOutcome(write, error);
          if (error instanceof StoreError) await deleteChunks(this.access, write.set);
          throw error;
        }
      }
    }
  }

  async #attempt(write: Write, writer: string, revision: Revision, done: () => void): Promise<Written> {
    const set = {
      ...write.set,
      [FIELD.revision]: { N: String(revision) },
      [FIELD.writer]: { S: writer },
    };
    try {
      const { Attributes } = await this.#send(write, set, revision).finally(done);
      return { before: Attributes, after: afterOf(Attributes, write, set) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // Not every endpoint tells what was there instead.
      const current = error.Item ?? (await this.access.get(keyOf(write.key)));
      if (current?.[FIELD.writer]?.S === writer) {
        const before = write.expected === undefined ? undefined : 'unknown';
        return { before, after: current };
      }
      throw await this.#refusal(write, current, revision);
    }
  }

  async #send(write: Write, set: Item, revision: Revision): Promise<UpdateItemCommandOutput> {
    const command = new UpdateItemCommand({
      TableName: this.access.name,
      Key: keyOf(write.key),
      ...updateOf(set, write.remove, conditionOf(write, revision, this.items.secondsFromNow(0))),
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return this.access.client.send(command);
  }

  async #refusal(write: Write, current: Item | undefined, revision: Revision): Promise<Error> {
    const { key, expected } = write;
    const isGone = current === undefined || this.items.isGone(current);
    if (expected !== undefined) {
      const stored = isGone ? undefined : await this.items.decode(current);
      return stored ? new RevisionMismatch(key, expected, stored) : new Absent(key);
    }
    // Deleted between the write and the look at why it failed, or later than this process's clock.
    if (isGone) return new TombstoneAhead(Math.max(revision, current === undefined ? 0 : revisionOf(current)));
    return new AlreadyExists(key, (await this.items.decode(current))!);
  }

  async #entryOf({ before, after }: Written): Promise<FeedEntry | undefined> {
    return before === 'unknown' ? undefined : this.items.entryOf(before, after, 0);
  }
}

/** A deleted object of the name has a higher revision than the attempt to create it anew. */
class TombstoneAhead extends Error {
  constructor(readonly revision: Revision) {
    super();
  }
}

function unknownOutcome({ key }: Write, cause: unknown): WriteOutcomeUnknown {
  return new WriteOutcomeUnknown(`a write of ${key.resource} ${key.namespace}/${key.name} may have happened`, {
    cause,
  });
}

function afterOf(before: Item | undefined, { key, remove }: Write, set: Item): Item {
  const kept = Object.entries(before ?? {}).filter(([name]) => !remove.includes(name));
  return { ...Object.fromEntries(kept), ...keyOf(key), ...set };
}

interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

/** Each clause by its name. */
function conditionOf({ expected }: Write, revision: Revision, nowSeconds: number): Condition {
  const names = { '#revision': FIELD.revision, '#gone': FIELD.gone };
  if (expected !== undefined) {
    const isAtRevision = '#revision = :expected';
    const isThere = 'attribute_not_exists(#gone)';
    return { expression: `${isAtRevision} AND ${isThere}`, names, values: { ':expected': { N: String(expected) } } };
  }
  const isFree = 'attribute_not_exists(#revision)';
  const isDeleted = 'attribute_exists(#gone)';
  const hasExpired = '#expires <= :now';
  const isOlder = '#revision < :revision';
  return {
    expression: `${isFree} OR ((${isDeleted} OR ${hasExpired}) AND ${isOlder})`,
    names: { ...names, '#expires': TABLE.expires },
    values: { ':now': { N: String(nowSeconds) }, ':revision': { N: String(revision) } },
  };
}

function updateOf(set: Item, remove: readonly string[], condition: Condition) {
  const fields = Object.keys(set);
  const removed = remove.filter((field) => !fields.includes(field));
  const sets = fields.map((field) => `#s_${field} = :s_${field}`);
  const removes = removed.map((field) => `#s_${field}`);
  return {
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: {
      ...condition.names,
      ...Object.fromEntries([...fields, ...removed].map((field) => [`#s_${field}`, field])),
    },
    ExpressionAttributeValues: {
      ...condition.values,
      ...Object.fromEntries(fields.map((field) => [`:s_${field}`, set[field]!])),
    },
  };
}
