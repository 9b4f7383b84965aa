import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { TABLE } from '../../adapters/aws/names.js';
import { accept } from '../nag.js';
import type { FiniteFunction } from './finite-function.js';
import type { Surroundings } from './settings.js';
import type { KeyPattern } from './stream-patterns.js';

export interface StreamOptions {
  /** Batches of one shard at the same time; each key keeps its order. Left out: one. */
  readonly lanes?: number;
}

/** The function gets the table's changes whose keys fit a pattern, in batches, in order per key. */
export function readStream(
  handler: FiniteFunction,
  around: Surroundings,
  patterns: readonly KeyPattern[],
  { lanes }: StreamOptions = {},
): void {
  handler.addEventSource(
    new DynamoEventSource(around.table, {
      // From the beginning: a stream is as old as its table, and a deployment must not miss what was written meanwhile.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 500,
      ...(lanes !== undefined && { parallelizationFactor: lanes }),
      // No waiting for more: under load batches fill by themselves while the one before is worked on.
      maxBatchingWindow: Duration.seconds(0),
      filters: patterns.map(filterOf),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // A failing record holds up its shard as long as it is tried. Fewer, and a short outage of DynamoDB ends in the
      // dead-letter queue; more, and one poisoned object holds up the others for minutes.
      retryAttempts: 5,
      // What is older has been found by several sweeps.
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(around.deadLetters.stream),
    }),
  );
  accept(handler.role!, {
    rule: 'IAM5',
    reason: "dynamodb:ListStreams knows no resource; Lambda's poller asks for it.",
    appliesTo: ['Resource::*'],
  });
}

function filterOf({ partitions, sorts }: KeyPattern): Record<string, unknown> {
  const keys = {
    [TABLE.partitionKey]: { S: partitions.flatMap((prefix) => FilterRule.beginsWith(prefix)) },
    ...(sorts !== undefined && { [TABLE.sortKey]: { S: sorts.flatMap((prefix) => FilterRule.beginsWith(prefix)) } }),
  };
  return FilterCriteria.filter({ dynamodb: { Keys: keys } });
}
