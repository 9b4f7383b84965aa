import { isPartition } from './partitions.js';

/** An identity of AWS, as STS tells it. */
export interface Identity {
  /** As it came: `arn:aws:sts::123456789012:assumed-role/Deployer/alice`. */
  readonly arn: string;
  /** Of a session the role it is of: `arn:aws:iam::123456789012:role/Deployer`. STS does not tell the role's path. */
  readonly canonicalArn: string;
  readonly account: string;
}

/** Reads the ARN of a user, a role's session, a federated user or an account's root. Undefined: it is none of these. */
export function readIdentity(arn: string): Identity | undefined {
  const match = /^arn:([a-z-]+):(iam|sts)::(\d{12}):([\x21-\x7e]+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition, service, account, resource] = match as unknown as [string, string, string, string, string];
  if (!isPartition(partition)) return undefined;
  if (service === 'iam') {
    return resource === 'root' || /^(?:user|role)\/./.test(resource) ? { arn, canonicalArn: arn, account } : undefined;
  }
  if (/^federated-user\/[^/]+$/.test(resource)) return { arn, canonicalArn: arn, account };
  const [, role] = /^assumed-role\/([^/]+)\/[^/]+$/.exec(resource) ?? [];
  if (role === undefined) return undefined;
  return { arn, canonicalArn: `arn:${partition}:iam::${account}:role/${role}`, account };
}
