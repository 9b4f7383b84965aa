import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerToken, type Authenticator, type User } from '../ports/authentication.js';

/** Believes the transport's client certificates and a fixed set of bearer tokens. A token that is sent must be right. */
export function createAuthenticator(tokens: readonly { readonly token: string; readonly user: User }[]): Authenticator {
  const known = tokens.map(({ token, user }) => ({ digest: digest(token), user }));
  return {
    async authenticate(request, { clientCertificate }) {
      const token = bearerToken(request);
      if (token !== undefined) return findToken(known, token);
      if (clientCertificate === undefined) return undefined;
      return { name: clientCertificate.commonName, groups: clientCertificate.organizations };
    },
  };
}

/** With the group of everybody who is known. */
export function withAuthenticated({ name, groups }: User): User {
  return { name, groups: [...groups, 'system:authenticated'] };
}

/** Digests are compared, all of them, so that the time taken says nothing about a token. */
function findToken(known: readonly { digest: Buffer; user: User }[], token: string): User | undefined {
  const offered = digest(token);
  let found: User | undefined;
  for (const { digest: expected, user } of known) if (timingSafeEqual(expected, offered)) found = user;
  return found;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
