import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { optionOf, propsFrom } from '../../lib/infrastructure/options.js';

const stack = (context: Record<string, string> = {}): Stack => new Stack(new App({ context }), 'finite');
const props = (values: Record<string, string>) => propsFrom(stack(), (name) => values[name]);

describe('an option', () => {
  it('is read from the context, then from the environment', () => {
    const environment = { FINITE_ADMINS: 'arn:b', FINITE_LOG_RETENTION_DAYS: '7' };
    const option = optionOf(stack({ admins: 'arn:a' }), environment);
    expect(option('admins')).toBe('arn:a');
    expect(option('logRetentionDays')).toBe('7');
    expect(option('vpc')).toBeUndefined();
  });

  it('holds several values with commas between them', () => {
    expect(props({ admins: 'arn:a, arn:b' }).admins).toEqual(['arn:a', 'arn:b']);
    expect(props({}).admins).toEqual([]);
  });

  it.each([
    ['capacity', 'SPOT'],
    ['architecture', 'amd64'],
    ['deletionProtection', 'yes'],
    ['logRetentionDays', '6'],
    ['quotas', '[]'],
    ['vpc', 'vpc-1'],
  ])('%s is not %s', (name, value) => {
    expect(() => props({ [name]: value })).toThrow(name === 'vpc' ? 'subnets' : name);
  });

  it('takes a VPC by its parts, asking no account', () => {
    const { vpc, subnets, assignPublicIp } = props({ vpc: 'vpc-1', subnets: 'subnet-a,subnet-b' });
    expect(vpc?.vpcId).toBe('vpc-1');
    expect(subnets?.subnets?.map(({ subnetId }) => subnetId)).toEqual(['subnet-a', 'subnet-b']);
    expect(assignPublicIp).toBe(false);
  });
});
