import { createHash, timingSafeEqual } from 'node:crypto';

/** Who is calling. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What the transport knows of who is calling. */
export interface ConnectionInfo {
  /** The subject of a client certificate that the server's own authority has signed: CN is the user, O the groups. */
  readonly clientCertificate?: { readonly commonName: string; readonly organizations: readonly string[] };
}

export interface Authenticator {
  /** Undefined: the request carries no credentials, or none that are believed. */
  authenticate(request: Request, connection: ConnectionInfo): Promise<User | undefined>;
}

/** Believes the transport's client certificates and a fixed set of bearer tokens. A token that is sent must be right. */
export function createAuthenticator(tokens: readonly { readonly token: string; readonly user: User }[]): Authenticator {
  const known = tokens.map(({ token, user }) => ({ digest: digest(token), user }));
  return {
    async authenticate(request, { clientCertificate }) {
      const token = bearerToken(request);
      if (token !== undefined) return withAuthenticated(findToken(known, token));
      if (clientCertificate === undefined) return undefined;
      return withAuthenticated({ name: clientCertificate.commonName, groups: clientCertificate.organizations });
    },
  };
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

function withAuthenticated(user: User | undefined): User | undefined {
  return user && { name: user.name, groups: [...user.groups, 'system:authenticated'] };
}
