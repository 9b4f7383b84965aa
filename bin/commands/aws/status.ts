import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { apiAddress, wayToReach, type AddressOptions } from '../../aws/api-address.js';
import { readCredentials, requireRegion, type AwsOptions } from '../../aws/credentials.js';
import { connectToStack } from '../../aws/kubernetes.js';
import { listResources, readStack } from '../../aws/stack.js';
import { readStatus } from '../../aws/status/status.js';
import { ApiError } from '../../local/api-client.js';
import { statusJson, statusText } from '../../aws/status/status-text.js';

export interface AwsStatusOptions extends AwsOptions, AddressOptions {
  readonly stack: string;
  readonly output: 'text' | 'json';
}

/** What runs on a deployed stack, what waits, and for what; as text or JSON. */
export async function status(options: AwsStatusOptions): Promise<string> {
  const region = await requireRegion(options);
  const credentials = await readCredentials(options);
  const config = { region, credentials };
  const cloudFormation = new CloudFormationClient(config);
  const stack = await readStack(cloudFormation, options.stack, region);
  const address = await apiAddress(stack, options);
  const clients = {
    api: await connectToStack(stack, address, credentials),
    ecs: new ECSClient(config),
    sfn: new SFNClient(config),
    quotas: new ServiceQuotasClient(config),
    cloudWatch: new CloudWatchClient(config),
  };
  const resources = (): ReturnType<typeof listResources> => listResources(cloudFormation, stack.name);
  const found = await readStatus(clients, stack, resources, new Date()).catch((error: unknown) => {
    throw explain(error, address.server);
  });
  return options.output === 'json' ? statusJson(found) : statusText(found);
}

function explain(error: unknown, server: string): unknown {
  const wayOut = wayToReach(error);
  if (error instanceof Error && wayOut !== undefined) return new Error(`${error.message}; ${wayOut}`, { cause: error });
  if (!(error instanceof ApiError) || (error.status.code !== 401 && error.status.code !== 403)) return error;
  return new Error(`${server}: ${error.message}; finite aws doctor says more`, { cause: error });
}
