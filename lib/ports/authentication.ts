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

/** Says who is calling. It may ask somebody elsewhere. */
export interface Authenticator {
  /**
   * The user without `system:authenticated`, which the API server adds. Undefined: the request carries no credentials of
   * this kind, or none that are believed. Rejects where that cannot be found out now: with a `StatusError`, which is
   * answered, or with anything else, which becomes a 500. A request whose credentials are in doubt is never believed.
   */
  authenticate(request: Request, connection: ConnectionInfo): Promise<User | undefined>;
}

/** The token of `Authorization: Bearer …`; undefined: there is none. */
export function bearerToken(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}
