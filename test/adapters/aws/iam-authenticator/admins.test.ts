import { describe, expect, it } from 'vitest';
import { readAdmins } from '../../../../lib/adapters/aws/iam-authenticator/admins.js';
import { readIdentity } from '../../../../lib/adapters/aws/iam-authenticator/arn.js';

const account = '123456789012';
const iam = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const sts = (resource: string): string => `arn:aws:sts::${account}:${resource}`;

function isAdmin(pattern: string, arn: string): boolean {
  return readAdmins([pattern])(readIdentity(arn)!);
}

describe('an identity', () => {
  it.each([
    [iam('user/team/bob'), iam('user/team/bob')],
    [iam('root'), iam('root')],
    [sts('assumed-role/Deployer/alice@example.com'), iam('role/Deployer')],
    [sts('federated-user/carol'), sts('federated-user/carol')],
    ['arn:aws-us-gov:sts::123456789012:assumed-role/R/s', 'arn:aws-us-gov:iam::123456789012:role/R'],
    ['arn:aws-cn:sts::123456789012:assumed-role/R/s', 'arn:aws-cn:iam::123456789012:role/R'],
  ])('%s is the canonical %s', (arn, canonicalArn) => {
    expect(readIdentity(arn)).toEqual({ arn, canonicalArn, account });
  });

  it.each([
    '',
    'arn:aws:iam::123456789012:group/g',
    'arn:aws:iam::12345:user/x',
    'arn:elsewhere:iam::123456789012:user/x',
    'arn:aws:s3::123456789012:user/x',
    'arn:aws:iam:us-east-1:123456789012:user/x',
    sts('assumed-role/R'),
    sts('assumed-role/R/s/t'),
    iam('user/x\n'),
  ])('is not %j', (arn) => {
    expect(readIdentity(arn)).toBeUndefined();
  });
});

describe('an administrator', () => {
  it.each([
    ['a role, by its sessions', iam('role/Deployer'), sts('assumed-role/Deployer/alice')],
    ['a role with a path, which STS does not tell', iam('role/team/ops/Deployer'), sts('assumed-role/Deployer/alice')],
    ['one session of a role', sts('assumed-role/Deployer/alice'), sts('assumed-role/Deployer/alice')],
    ['every session of a role', sts('assumed-role/Deployer/*'), sts('assumed-role/Deployer/alice')],
    [
      'roles by their names’ beginning',
      iam('role/AWSReservedSSO_Admin_*'),
      sts('assumed-role/AWSReservedSSO_Admin_1f/a'),
    ],
    ['a user', iam('user/team/bob'), iam('user/team/bob')],
    ['users below a path', iam('user/team/*'), iam('user/team/bob')],
    ['the root user', iam('root'), iam('root')],
    ['a federated user', sts('federated-user/carol'), sts('federated-user/carol')],
  ])('is %s', (_, pattern, arn) => {
    expect(isAdmin(pattern, arn)).toBe(true);
  });

  it.each([
    ['another role', iam('role/Deployer'), sts('assumed-role/Deployer2/alice')],
    ['a role in other letters', iam('role/Deployer'), sts('assumed-role/deployer/alice')],
    ['the role of another account', 'arn:aws:iam::999999999999:role/Deployer', sts('assumed-role/Deployer/alice')],
    ['the role of another partition', 'arn:aws-cn:iam::123456789012:role/Deployer', sts('assumed-role/Deployer/a')],
    ['a user called as a role', iam('role/Deployer'), iam('user/Deployer')],
    ['another session', sts('assumed-role/Deployer/alice'), sts('assumed-role/Deployer/bob')],
    ['a user in a path below', iam('user/*'), iam('user/team/bob')],
    ['anybody of the account by its root user', iam('root'), iam('user/bob')],
    ['what a dot would match as a pattern', iam('user/a.b'), iam('user/axb')],
  ])('is not %s', (_, pattern, arn) => {
    expect(isAdmin(pattern, arn)).toBe(false);
  });

  it.each([
    ['*', 'is not the ARN'],
    ['arn:aws:iam::*:role/Deployer', 'is not the ARN'],
    ['arn:aws:iam::123456789012:*', 'is not the ARN'],
    ['arn:aws:iam::123456789012:group/g', 'is not the ARN'],
    [sts('assumed-role/Deployer'), 'is not the ARN'],
    [iam('role/team/*'), 'a role with a path cannot have a wildcard'],
    [iam('role/*/Deployer'), 'a role with a path cannot have a wildcard'],
  ])('cannot be given as %s', (pattern, message) => {
    expect(() => readAdmins([pattern])).toThrow(message);
  });
});
