import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * How a client of the store is to be configured (`new DynamoDBClient({ ...storeClientDefaults })`).
 *
 * The SDK must not repeat a write by itself: the store does, with a fresh revision, and needs to know whether an
 * earlier attempt may have happened. The times bound how long a write is under way, which the feed relies on
 * (`REVISION_WINDOW`): shorter, and a slow moment of the network makes attempts whose outcome has to be read back; longer,
 * and watches that begin show more changes again. Unless it is told to throw, the SDK only warns when they are over.
 */
export const storeClientDefaults: DynamoDBClientConfig = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 900, requestTimeout: 900, throwOnRequestTimeout: true },
};
