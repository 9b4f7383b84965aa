import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { makeStack } from './synth.js';

function findings(stack: Stack): string[] {
  Aspects.of(stack).add(new AwsSolutionsChecks());
  const annotations = Annotations.fromStack(stack);
  const about = Match.stringLikeRegexp('AwsSolutions-|CdkNag');
  return [...annotations.findError('*', about), ...annotations.findWarning('*', about)].map(
    ({ id, entry }) => `${id}: ${String(entry.data)}`,
  );
}

// Two hundred rules on eighty resources take a while on a small machine.
describe('cdk-nag', { timeout: 600_000 }, () => {
  it('finds nothing that is not meant', () => {
    expect(findings(makeStack())).toEqual([]);
  });

  it('finds nothing that is not meant with every option', () => {
    const allowedTaskRoles = ['arn:aws:iam::111122223333:role/jobs/*'];
    const stack = makeStack({ deletionProtection: true, allowedTaskRoles, capacity: 'FARGATE_SPOT' });
    expect(findings(stack)).toEqual([]);
  });

  it('looks', () => {
    const stack = new Stack(new App(), 'planted');
    new Bucket(stack, 'Open');
    expect(findings(stack).some((finding) => finding.includes('AwsSolutions-S10'))).toBe(true);
  });
});
