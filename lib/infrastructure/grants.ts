import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Accepted } from './nag.js';

/** Reading and writing every object, one by one and by partition; no scan. */
export function readAndWriteObjects(table: Table): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    ],
    resources: [table.tableArn],
  });
}

/** Items of the partitions that begin so: what a function does that only wakes a key. */
export function writeItems(table: Table, prefixes: readonly string[], actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) } },
  });
}

export function readAndWriteInputs(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({
    // Reading: the functions sign URLs for the pods, which can do what the signer can.
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [bucket.arnForObjects('*')],
  });
}

export const inputsByName: Accepted = {
  rule: 'IAM5',
  reason: 'Inputs are named after their contents, in a bucket that holds nothing else.',
  appliesTo: [{ regex: '/^Resource::<.*Bucket.*\\.Arn>/\\*$/' }],
};

export const ownLogStreams: Accepted = {
  rule: 'IAM5',
  reason: 'Every pod has log streams of its own, in a group that holds nothing else.',
  appliesTo: [{ regex: '/^Resource::<.*Logs.*\\.Arn>:?\\*?$/' }],
};
