import type { FargateRuntimeOptions } from '../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';

type Place = Pick<FargateRuntimeOptions, 'cluster' | 'network' | 'capacity' | 'bucket' | 'settings'>;

/** Where a Fargate runtime of the tests runs its tasks. */
export const FARGATE_PLACE: Place = {
  cluster: 'finite',
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: true },
  capacity: 'FARGATE',
  bucket: 'files',
  settings: {
    logGroup: '/finite/pods',
    region: 'us-east-1',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
    taskRoleArn: undefined,
    helperImage: 'helper',
  },
};
