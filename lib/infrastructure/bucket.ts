import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accept } from './nag.js';

/**
 * How long what a pod reads at its start is kept after it was written. Shorter, and a pod that waited in the launch queue
 * for longer finds nothing; longer costs storage.
 */
const KEPT_DAYS = 30;

/** What does not fit an item of the table or a task definition: large ConfigMaps, Secrets and environments of pods. */
export class InputBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { deletionProtection }: { readonly deletionProtection: boolean }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !deletionProtection,
    });
    accept(this.bucket, {
      rule: 'S1',
      reason:
        'Only the functions and the pods of this deployment read it; a second bucket of access logs would cost more than what it watches. CloudTrail data events can be switched on for it.',
    });
  }
}
