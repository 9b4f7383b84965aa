import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { RecordChange } from '../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { wakeOf } from '../../lib/adapters/aws/dynamodb-store/wakes.js';
import type { Log } from '../../lib/manager/log.js';
import type { FailedKey, StreamBatch, StreamManager } from '../../lib/manager/stream/stream-manager.js';
import type { WakeKey, WakeUps } from '../../lib/ports/wake-ups.js';

export interface StreamParts {
  readonly manager: StreamManager;
  readonly wakeUps: WakeUps;
  readonly log: Log;
}

/** What a batch asks for, and which of its records asked. */
interface ReadBatch {
  readonly changes: readonly RecordChange[];
  readonly wakes: readonly { readonly record: number; readonly wake: WakeKey }[];
}

/** The answer, the wake-ups and what clients buffer need this long at the end of an invocation. */
const ENDING_MS = 5_000;
/** Shorter, and a large Job is brought about by more wakes. Longer, and what stands behind it in the stream waits. */
const TURNS_MS = 1_000;

/**
 * One batch of the table's stream, with the changes that its records tell of. Wake-ups are durable before the batch counts
 * as done. The records from the first one on whose key failed come again: what was done of them is found done.
 */
export async function handleBatch(
  { Records }: DynamoDBStreamEvent,
  changes: readonly RecordChange[],
  remainingMs: number,
  parts: StreamParts,
): Promise<DynamoDBBatchResponse> {
  const batch = { changes, wakes: wakesOf(Records) };
  const { failed, wakeUps } = await parts.manager.handle(askedOf(batch, remainingMs - ENDING_MS));
  await parts.wakeUps.ensure(wakeUps);
  for (const { controller, key, error } of failed) {
    parts.log.warn('A key failed; its records are given back.', { controller, key, error });
  }
  const first = Math.min(...failed.flatMap((each) => recordsOf(each, batch)));
  if (first === Infinity) return { batchItemFailures: [] };
  return { batchItemFailures: [{ itemIdentifier: Records[first]!.dynamodb!.SequenceNumber! }] };
}

function wakesOf(records: DynamoDBStreamEvent['Records']): ReadBatch['wakes'] {
  return records.flatMap((each, record) => {
    const wake = wakeOf(each);
    return wake ? [{ record, wake }] : [];
  });
}

function askedOf({ changes, wakes }: ReadBatch, remainingMs: number): StreamBatch {
  return {
    changes: changes.map(({ change }) => change),
    wakes: wakes.map(({ wake }) => wake),
    remainingMs,
    turnsMs: TURNS_MS,
  };
}

function recordsOf({ changes, wakes }: FailedKey, batch: ReadBatch): readonly number[] {
  return [
    ...changes.map((position) => batch.changes[position]!.record),
    ...wakes.map((position) => batch.wakes[position]!.record),
  ];
}
