import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticator, User } from '../ports/authentication.js';

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

/** Asks one after the other until one knows the caller. */
export function firstOf(...authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(request, connection) {
      for (const authenticator of authenticators) {
        const user = await authenticator.authenticate(request, connection);
        if (user !== undefined) return user;
      }
      return undefined;
    },
  };
}

/** With the group of everybody who is known. */
export function withAuthenticated({ name, groups }: User): User {
  return { name, groups: [...groups, 'system:authenticated'] };
}

function bearerToken(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
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
