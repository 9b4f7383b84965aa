import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../lib/apis/kinds.js';
import { ENV, OBJECT_RESOURCES } from '../../lib/adapters/aws/names.js';
import { ADMIN, makeStack, synth } from './synth.js';

const template = synth();
/** Of the functions' code, which changes with every line of it. */
const assetHash = /[0-9a-f]{64}/g;
/** Lambda reads filters as JSON in a string. */
const filters = (id: string): unknown[] =>
  Object.entries(template.findResources('AWS::Lambda::EventSourceMapping'))
    .filter(([name]) => name.startsWith(id))
    .flatMap(([, { Properties }]) => Properties.FilterCriteria.Filters)
    .map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));

it('the template changes only on purpose', async () => {
  const text = JSON.stringify(template.toJSON(), null, 2).replace(assetHash, '<hash>');
  await expect(`${text}\n`).toMatchFileSnapshot('finite.template.snapshot');
});

describe('the table', () => {
  it('is paid per request, streams both images, forgets what expires and can be restored', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      GlobalSecondaryIndexes: Match.absent(),
    });
  });

  it('outlives the stack only where it is protected', () => {
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    const kept = synth({ deletionProtection: true });
    kept.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    kept.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  });
});

describe('the network', () => {
  it('costs nothing while nothing runs, and lets nothing in', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });
});

describe('the functions', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Runtime === 'nodejs22.x',
  );

  it('are seven, on ARM, and know only variables that have a name', () => {
    const own = functions.filter(({ Properties }) => Properties.Description?.startsWith('finite:'));
    expect(own).toHaveLength(7);
    expect(own.every(({ Properties }) => Properties.Architectures[0] === 'arm64')).toBe(true);
    const names = own.flatMap(({ Properties }) => Object.keys(Properties.Environment.Variables));
    expect(names.filter((name) => !(Object.values(ENV) as string[]).includes(name))).toEqual([]);
  });

  it('answer as a stream, to requests that bring their own proof', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' });
  });

  it('look at the changes of every resource that the API serves, and of no book-keeping', () => {
    expect(kinds.map(({ resource }) => resource).toSorted()).toEqual([...OBJECT_RESOURCES]);
    const prefixes = [...OBJECT_RESOURCES.map((resource) => `${resource}/`), 'wake/'].map((prefix) => ({ prefix }));
    expect(filters('Reconcile')).toEqual([{ dynamodb: { Keys: { pk: { S: prefixes } } } }]);
    expect(filters('Launch')).toEqual([
      { dynamodb: { Keys: { pk: { S: [{ prefix: 'pods/' }] } } } },
      {
        dynamodb: {
          Keys: { pk: { S: [{ prefix: 'wake/' }] }, sk: { S: [{ prefix: 'pod/' }, { prefix: 'launch/' }] } },
        },
      },
    ]);
  });

  it('give back single records of the stream, and what cannot be worked on to a queue', () => {
    const mapping = {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    };
    template.resourcePropertiesCountIs('AWS::Lambda::EventSourceMapping', mapping, 2);
  });

  it('hear of the tasks of the cluster only', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Task State Change'],
        detail: { clusterArn: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Pods'), 'Arn'] }] },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });
});

describe('a deployment', () => {
  it('that nobody could use is refused', () => {
    Annotations.fromStack(makeStack({ admins: [] })).hasError('/finite/Default', Match.stringLikeRegexp('nobody'));
    Annotations.fromStack(makeStack()).hasNoError('*', Match.anyValue());
  });

  it('says what there is, under plain names', () => {
    const outputs = Object.keys(template.findOutputs('*'));
    const needed = ['ApiUrl', 'ClusterId', 'ClusterName', 'EventBusName', 'LogGroupName', 'TableName'];
    expect(outputs).toEqual(expect.arrayContaining(needed));
  });

  it('tells the API who may do all', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { FINITE_ADMINS: JSON.stringify([ADMIN]), FINITE_CLUSTER_ID: 'finite' } },
    });
  });

  it('is refused a name that no log group may have', () => {
    expect(() => makeStack({ clusterId: 'Über' })).toThrow('clusterId');
  });

  it('keeps logs for a month, or as long as it is told', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    synth({ logRetention: 7 }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });
});
