import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Configuration } from '../../lib/adapters/aws/configuration.js';
import { DynamoDbStore } from '../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { storeClientDefaults } from '../../lib/adapters/aws/dynamodb-store/store-client.js';
import { JsonLog } from '../../lib/adapters/aws/json-log.js';
import { RandomIds } from '../../lib/adapters/local/random-ids.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';

/** What every function has. */

export const configuration = new Configuration(process.env);
export const clock = new SystemClock();
export const ids = new RandomIds();
export const log = new JsonLog();
export const dynamoDb = new DynamoDBClient({ ...storeClientDefaults });
export const table = configuration.text('table');
export const store = new DynamoDbStore({ client: dynamoDb, table, clock });
