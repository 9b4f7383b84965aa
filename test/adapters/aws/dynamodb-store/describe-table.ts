import { afterEach, beforeEach } from 'vitest';
import { describeDynamoDb, type WithDynamoDb } from '../../../support/describe-dynamodb.js';
import { whyNoDynamoDb } from '../../../support/dynamodb-local.js';
import { TableWorld } from './world.js';

/** What a suite has while a test of it runs: a table of that test's own. */
interface OnTable {
  readonly world: TableWorld;
}

/** As `describeDynamoDb`, with a new table for every test. */
export function describeTable(name: string, tests: (on: OnTable) => void, whyNot = whyNoDynamoDb()): void {
  const onTables = (suite: WithDynamoDb): void => {
    let world: TableWorld;
    beforeEach(async () => {
      world = await TableWorld.create(suite.database);
    });
    afterEach(() => world.close());
    tests({
      get world(): TableWorld {
        return world;
      },
    });
  };
  describeDynamoDb(name, onTables, whyNot);
}
