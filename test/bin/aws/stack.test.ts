import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { listResources, readStack } from '../../../bin/aws/stack.js';
import { awsError, fakeClient } from '../../support/aws/fake-client.js';

interface Description {
  readonly StackName: string;
  readonly StackStatus?: string;
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

const outputs = (entries: Readonly<Record<string, string>>): NonNullable<Description['Outputs']> =>
  Object.entries(entries).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
const finite: Description = {
  StackName: 'finite',
  StackStatus: 'UPDATE_COMPLETE',
  Outputs: outputs({ ApiUrl: 'https://x.lambda-url.eu-west-1.on.aws/', ClusterId: 'finite-1', ClusterName: 'c' }),
};

/** An account with these stacks, of which it lists one a page. */
function account(...stacks: readonly Description[]): CloudFormationClient {
  return fakeClient({
    DescribeStacks: ({ StackName, NextToken }: { StackName?: string; NextToken?: string }) => {
      const at = Number(NextToken ?? 0);
      if (StackName === undefined) {
        return { Stacks: stacks.slice(at, at + 1), NextToken: at + 1 < stacks.length ? String(at + 1) : undefined };
      }
      const found = stacks.filter((stack) => stack.StackName === StackName);
      return found.length > 0
        ? { Stacks: found }
        : awsError('ValidationError', `Stack with id ${StackName} does not exist`);
    },
  });
}

describe('a stack', () => {
  it('tells where the API is and what tokens are signed for', async () => {
    expect(await readStack(account(finite), 'finite', 'eu-west-1')).toEqual({
      name: 'finite',
      region: 'eu-west-1',
      status: 'UPDATE_COMPLETE',
      apiUrl: 'https://x.lambda-url.eu-west-1.on.aws',
      clusterId: 'finite-1',
      clusterName: 'c',
    });
  });

  it.each([
    [[{ ...finite, StackName: 'jobs' }, { StackName: 'vpc' }], 'finite is in jobs: name it by --stack'],
    [[{ StackName: 'vpc' }, { StackName: 'dns' }], 'only vpc, dns, none with finite in it'],
    [Array.from({ length: 12 }, (_, i) => ({ StackName: `s${i}` })), 's8, s9 and 2 more, none'],
    [[], 'nor any other; look for another --region or --profile'],
  ])('that is not there is answered with those that are', async (stacks, message) => {
    const error = await readStack(account(...stacks), 'finite', 'eu-west-1').catch((reason: Error) => reason);
    expect((error as Error).message).toContain('there is no stack finite in eu-west-1');
    expect((error as Error).message).toContain(message);
  });

  it('that has no API yet is not one to work with', async () => {
    const begun = { StackName: 'finite', StackStatus: 'CREATE_IN_PROGRESS' };
    await expect(readStack(account(begun), 'finite', 'eu-west-1')).rejects.toThrow(
      'the stack finite (CREATE_IN_PROGRESS) has no output ApiUrl',
    );
  });

  it('cannot be read without the permission', async () => {
    const client = fakeClient<CloudFormationClient>({});
    await expect(readStack(client, 'finite', 'eu-west-1')).rejects.toThrow('not authorized to perform: DescribeStacks');
  });

  it('has resources on several pages', async () => {
    const client = fakeClient<CloudFormationClient>({
      ListStackResources: ({ NextToken }: { NextToken?: string }) => ({
        StackResourceSummaries: [
          { ResourceType: 'T', LogicalResourceId: NextToken ?? 'a', PhysicalResourceId: 'p' },
          { ResourceType: 'T', LogicalResourceId: 'not made yet' },
        ],
        NextToken: NextToken === undefined ? 'b' : undefined,
      }),
    });
    expect(await listResources(client, 'finite')).toEqual([
      { type: 'T', logicalId: 'a', physicalId: 'p' },
      { type: 'T', logicalId: 'b', physicalId: 'p' },
    ]);
  });
});
