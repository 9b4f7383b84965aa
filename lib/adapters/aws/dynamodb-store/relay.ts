import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { inParallel } from '../throttles.js';
import { deleteChunks, sharesChunks } from './chunks.js';
import type { FeedItems } from './feed-items.js';
import type { FeedEntry, Items } from './items.js';
import { FIELD, keyOf, objectKeyOf } from './keys.js';
import { byRevision } from './resume.js';
import { retrying } from './retry.js';
import { itemOf, type Item, type StreamRecord } from './stream-record.js';
import type { TableAccess } from './table-access.js';

/** What a record of the table's stream did to an object. */
export interface RecordEntry {
  /** The record's position in its batch. */
  readonly record: number;
  readonly entry: FeedEntry;
}

/** One object's item before and after a write. */
interface Images {
  readonly record: number;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly removedAtMs: number;
}

/** Clean-up writes done at the same time. */
const PARALLEL = 25;

/** What becomes of a batch of the table's stream. Every step may be done again. */
export class Relay {
  constructor(
    readonly access: TableAccess,
    readonly items: Items,
    readonly feed: FeedItems,
  ) {}

  /** The changes of objects in a batch, in its order. */
  async entriesOf(records: readonly StreamRecord[]): Promise<RecordEntry[]> {
    return this.#entriesOf(imagesOf(records));
  }

  /**
   * 1. Appends the changes to the feed of each resource. If the process stops here, the batch comes again and they stand
   *    there twice, which readers notice.
   * 2. Removes what only the stream still needed: items of deleted objects, parts of replaced ones. If the process stops
   *    here, the batch comes again; what is gone already is no longer in it.
   */
  async relay(records: readonly StreamRecord[]): Promise<RecordEntry[]> {
    const images = imagesOf(records);
    const found = await this.#entriesOf(images);
    const entries = found.map(({ entry }) => entry);
    const resources = new Set(entries.map(({ change }) => change.key.resource));
    await Promise.all(
      Array.from(resources, (resource) => {
        const ofResource = entries.filter(({ change }) => change.key.resource === resource);
        return this.feed.append(resource, ofResource.toSorted(byRevision));
      }),
    );
    await inParallel(images, PARALLEL, (image) => this.#cleanUp(image));
    return found;
  }

  async #entriesOf(images: readonly Images[]): Promise<RecordEntry[]> {
    const found = await Promise.all(
      images.map(async ({ record, before, after, removedAtMs }) => {
        const entry = await this.items.entryOf(before, after, removedAtMs);
        return entry ? [{ record, entry }] : [];
      }),
    );
    return found.flat();
  }

  async #cleanUp({ before, after }: Images): Promise<void> {
    if (before !== undefined && !sharesChunks(before, after)) await deleteChunks(this.access, before);
    if (after !== undefined && FIELD.gone in after && (await this.#deleteTombstone(after))) {
      await deleteChunks(this.access, after);
    }
  }

  /** False: the object was created again. */
  async #deleteTombstone(item: Item): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.access.name,
      Key: keyOf(objectKeyOf(item)!),
      ConditionExpression: 'attribute_not_exists(#revision) OR #revision = :revision',
      ExpressionAttributeNames: { '#revision': FIELD.revision },
      ExpressionAttributeValues: { ':revision': item[FIELD.revision]! },
    });
    try {
      await retrying(() => this.access.client.send(command));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function imagesOf(records: readonly StreamRecord[]): Images[] {
  return records
    .map(({ dynamodb }, record) => ({
      record,
      before: itemOf(dynamodb?.OldImage),
      after: itemOf(dynamodb?.NewImage),
      removedAtMs: msOf(dynamodb?.ApproximateCreationDateTime),
    }))
    .filter(({ before, after }) => objectKeyOf(after ?? before ?? {}) !== undefined);
}

/** Lambdas get seconds, the SDK makes a Date of them. */
function msOf(time: Date | number | undefined): number {
  return time instanceof Date ? time.getTime() : (time ?? 0) * 1000;
}
