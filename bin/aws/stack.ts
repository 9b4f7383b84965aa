import {
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type CloudFormationClient,
  type Stack as StackDescription,
} from '@aws-sdk/client-cloudformation';

/** A deployed stack, as CloudFormation tells it. */
export interface Stack {
  readonly name: string;
  readonly region: string;
  /** `UPDATE_COMPLETE`. */
  readonly status: string;
  /** Where the API is, without a slash at the end. */
  readonly apiUrl: string;
  readonly clusterId: string;
  /** Of ECS. */
  readonly clusterName: string | undefined;
}

export interface StackResource {
  readonly type: string;
  /** In the template. */
  readonly logicalId: string;
  /** A name, an ARN or a URL. */
  readonly physicalId: string;
}

type Client = Pick<CloudFormationClient, 'send'>;

/** Rejects with a message that names the stacks there are, where it is not this one. */
export async function readStack(client: Client, name: string, region: string): Promise<Stack> {
  const found = await describe(client, name);
  if (found === undefined) throw new Error(await notFound(client, name, region));
  const apiUrl = output(found, 'ApiUrl');
  const clusterId = output(found, 'ClusterId');
  if (apiUrl === undefined || clusterId === undefined) {
    const lacking = apiUrl === undefined ? 'ApiUrl' : 'ClusterId';
    throw new Error(`the stack ${name} (${found.StackStatus}) has no output ${lacking}; is it finite's, and deployed?`);
  }
  const clusterName = output(found, 'ClusterName');
  return { name, region, status: found.StackStatus ?? '', apiUrl: apiUrl.replace(/\/+$/, ''), clusterId, clusterName };
}

export async function listResources(client: Client, name: string): Promise<readonly StackResource[]> {
  const resources: StackResource[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName: name, NextToken }));
    for (const {
      ResourceType: type,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
    } of page.StackResourceSummaries ?? []) {
      if (type && logicalId && physicalId) resources.push({ type, logicalId, physicalId });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return resources;
}

async function describe(client: Client, name: string): Promise<StackDescription | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function output({ Outputs = [] }: StackDescription, name: string): string | undefined {
  return Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
}

const NAMED_MAX = 10;

async function notFound(client: Client, name: string, region: string): Promise<string> {
  const stacks: StackDescription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeStacksCommand({ NextToken }));
    stacks.push(...(page.Stacks ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const own = stacks.filter(
    (stack) => output(stack, 'ApiUrl') !== undefined && output(stack, 'ClusterId') !== undefined,
  );
  const lost = `there is no stack ${name} in ${region}`;
  if (own.length > 0) return `${lost}; finite is in ${names(own)}: name it by --stack`;
  if (stacks.length > 0)
    return `${lost}, only ${names(stacks)}, none with finite in it; docs/aws.md says how to deploy`;
  return `${lost}, nor any other; look for another --region or --profile, or deploy (docs/aws.md)`;
}

function names(stacks: readonly StackDescription[]): string {
  const shown = stacks.slice(0, NAMED_MAX).map(({ StackName }) => StackName);
  const more = stacks.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
