import { forbidden, StatusError } from '../apis/meta/v1/status-error.js';
import type { User } from '../ports/authentication.js';

/** What a request wants to do, in the words of RBAC. */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly user: User;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty: all namespaces, or a kind without. */
  readonly namespace: string;
  readonly name: string;
}

export interface PathAttributes {
  readonly user: User;
  /** The HTTP method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export interface Authorizer {
  /** False refuses the request; `reason` ends its message. */
  authorize(attributes: Attributes): Promise<{ readonly allowed: boolean; readonly reason?: string }>;
}

/** What Kubernetes' ClusterRole `system:discovery` lets everybody read who is authenticated. */
const discoveryPaths = /^\/(?:api|apis|openapi)(?:\/.*)?$|^\/(?:healthz|livez|readyz|version|version\/)$/;

/** Until there are roles: the group of administrators may do everything, others see which resources there are. */
export const mastersAuthorizer: Authorizer = {
  async authorize(attributes) {
    if (attributes.user.groups.includes('system:masters')) return { allowed: true };
    return { allowed: 'path' in attributes && attributes.verb === 'get' && discoveryPaths.test(attributes.path) };
  },
};

/** The 403 of a refused request. */
export function refusal(attributes: Attributes, reason: string | undefined): StatusError {
  const because = reason ? `: ${reason}` : '';
  const who = `User ${JSON.stringify(attributes.user.name)}`;
  if ('path' in attributes) {
    const message = `forbidden: ${who} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}${because}`;
    return new StatusError(403, 'Forbidden', message, {});
  }
  const { verb, group, namespace, name } = attributes;
  const resource = attributes.subresource ? `${attributes.resource}/${attributes.subresource}` : attributes.resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  const what = `cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
  return forbidden(attributes.resource, group, name, `${who} ${what}${because}`);
}
