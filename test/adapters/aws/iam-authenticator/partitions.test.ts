import { describe, expect, it } from 'vitest';
import { stsHostsBeside } from '../../../../lib/adapters/aws/iam-authenticator/partitions.js';

describe('the STS endpoints of a partition', () => {
  it.each([
    ['eu-west-1', 'sts.amazonaws.com'],
    ['eu-west-1', 'sts.us-east-1.amazonaws.com'],
    ['us-east-1', 'sts.ap-southeast-7.amazonaws.com'],
    ['us-east-1', 'sts.mx-central-1.amazonaws.com'],
    ['us-east-1', 'sts-fips.us-west-2.amazonaws.com'],
    ['us-east-1', 'sts.us-west-2.api.aws'],
    ['us-gov-east-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-northwest-1.amazonaws.com.cn'],
    ['us-iso-east-1', 'sts.us-iso-west-1.c2s.ic.gov'],
    ['us-isob-east-1', 'sts.us-isob-east-1.sc2s.sgov.gov'],
  ])('beside %s: %s is one', (region, host) => {
    expect(stsHostsBeside(region)(host)).toBe(true);
  });

  it.each([
    ['another service', 'us-east-1', 's3.us-east-1.amazonaws.com'],
    ['a bucket called sts', 'us-east-1', 'sts.s3.amazonaws.com'],
    ['a bucket called sts in a region', 'us-east-1', 'sts.s3-us-west-2.amazonaws.com'],
    ['one label too many', 'us-east-1', 'sts.x.us-east-1.amazonaws.com'],
    ['a domain that only ends alike', 'us-east-1', 'sts.us-east-1.evilamazonaws.com'],
    ['a domain that only begins alike', 'us-east-1', 'sts.us-east-1.amazonaws.com.example.com'],
    ['a dot at the end', 'us-east-1', 'sts.us-east-1.amazonaws.com.'],
    ['a region that cannot be', 'us-east-1', 'sts.us-evil-1.amazonaws.com'],
    ['an address', 'us-east-1', '169.254.169.254'],
    ['the own machine', 'us-east-1', 'localhost'],
    ['another partition: China', 'us-east-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['another partition: GovCloud', 'us-east-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['another partition: all the world', 'us-gov-west-1', 'sts.us-east-1.amazonaws.com'],
    ['a global endpoint where there is none', 'us-gov-west-1', 'sts.amazonaws.com'],
    ['dual stack where there is none', 'us-iso-east-1', 'sts.us-iso-east-1.api.aws'],
  ])('%s is none (%s: %s)', (_, region, host) => {
    expect(stsHostsBeside(region)(host)).toBe(false);
  });
});
