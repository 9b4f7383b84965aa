import { afterAll, beforeAll, describe } from 'vitest';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from './dynamodb-local.js';
import { skipped } from './skipped.js';

/** Longer than `startDynamoDb` waits, which then says what is wrong. */
const START_MS_MAX = 90_000;

/** What a suite has while its hooks and tests run, and not yet while they are collected. */
export interface WithDynamoDb {
  readonly database: TestDynamoDb;
}

/**
 * A suite with a DynamoDB that starts before its tests and stops after them. Skipped where `whyNot` says why, which its
 * name then tells.
 */
export function describeDynamoDb(name: string, tests: (suite: WithDynamoDb) => void, whyNot = whyNoDynamoDb()): void {
  describe.skipIf(whyNot !== undefined)(skipped(name, whyNot), () => {
    let database: TestDynamoDb | undefined;
    beforeAll(async () => {
      database = await startDynamoDb();
    }, START_MS_MAX);
    afterAll(() => database?.stop());
    tests({
      get database(): TestDynamoDb {
        if (database === undefined) throw new Error('the database starts before the first test, not before');
        return database;
      },
    });
  });
}

/** Why no capacity units can be counted here. */
export function whyNoUnits(): string | undefined {
  return process.env['AWS_ENDPOINT_URL'] ? 'the endpoint given counts in its own way' : whyNoDynamoDb();
}
