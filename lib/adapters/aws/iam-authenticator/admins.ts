import type { Identity } from './arn.js';
import { isPartition } from './partitions.js';

/** Whether an identity may do all. */
export type IsAdmin = (identity: Identity) => boolean;

/**
 * Reads the ARNs of those who may do all: users, roles, single sessions of a role (`…:assumed-role/NAME/SESSION`),
 * federated users, an account's root user. In what follows the first `/`, `*` stands for any text without a slash.
 * Throws for what could never match, or would match more than it says.
 */
export function readAdmins(arns: readonly string[]): IsAdmin {
  const patterns = arns.map(readPattern);
  return ({ arn, canonicalArn }) => patterns.some((pattern) => pattern.test(arn) || pattern.test(canonicalArn));
}

function readPattern(text: string): RegExp {
  const match = /^arn:([a-z-]+):(iam|sts)::(\d{12}):([\x21-\x7e]+)$/.exec(text);
  const [, partition = '', service, account, resource = ''] = match ?? [];
  const resources =
    service === 'iam' ? /^(?:root|user\/.+|role\/.+)$/ : /^(?:assumed-role\/[^/]+\/[^/]+|federated-user\/[^/]+)$/;
  if (!isPartition(partition) || !resources.test(resource)) {
    throw new Error(
      `${JSON.stringify(text)} is not the ARN of a role, a user, a session of a role or an account's root`,
    );
  }
  const whole = `arn:${partition}:${service}::${account}:${withoutRolePath(text, resource)}`;
  return new RegExp(`^${whole.split('*').map(escape).join('[^/]*')}$`);
}

/**
 * What STS tells of a role lacks its path, and names are unique in an account whatever their path: the path can go.
 * With a wildcard beside it what remains would match roles of other paths too.
 */
function withoutRolePath(text: string, resource: string): string {
  const parts = resource.split('/');
  if (parts[0] !== 'role' || parts.length === 2) return resource;
  if (resource.includes('*')) {
    throw new Error(
      `${JSON.stringify(text)}: a role with a path cannot have a wildcard; STS does not tell a role's path`,
    );
  }
  return `role/${parts.at(-1)}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
