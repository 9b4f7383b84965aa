import { readFile } from 'node:fs/promises';
import type { Stack } from './stack.js';

/** As in kubectl. */
export interface AddressOptions {
  /** A URL under which the API is reached in place of the stack's own: of a proxy, or a domain of one's own. */
  readonly server?: string;
  /** A file of certificates (PEM) by which that is known, where not everybody knows it. */
  readonly certificateAuthority?: string;
}

/** Where the API is reached from here. */
export interface ApiAddress {
  /** Without a slash at the end. */
  readonly server: string;
  /** PEM; undefined: whom Node and kubectl trust. */
  readonly certificateAuthority: string | undefined;
}

/**
 * The stack's function URL, or what is named in its place: a token is for the cluster's ID, whichever way it comes. Rejects
 * what kubectl would not send a token to.
 */
export async function apiAddress({ apiUrl }: Stack, options: AddressOptions): Promise<ApiAddress> {
  const { server, certificateAuthority: file } = options;
  const certificateAuthority = file === undefined ? undefined : await readCertificates(file);
  return { server: server === undefined ? apiUrl : checked(server), certificateAuthority };
}

function checked(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new Error(`--server ${server}: it is to be https://HOST, and may have a port and a path`);
  }
  return server.replace(/\/+$/, '');
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`--certificate-authority ${file} cannot be read`, { cause });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`--certificate-authority ${file} has no certificate (PEM) in it`);
  }
  return text;
}

/** By which Node says that it does not believe who the server is. */
const distrusted = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECODE)|ALTNAME/;
/** By which it says that no server was found. */
const unreached = /^(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO)$/;

/** What to do about an error of a request to the API; undefined: an answer came. */
export function wayToReach(error: unknown): string | undefined {
  const code = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined)?.code : undefined;
  if (typeof code !== 'string') return undefined;
  if (distrusted.test(code)) {
    return 'is a proxy between? --certificate-authority names a file with the certificate of who vouches for it';
  }
  if (unreached.test(code)) {
    return 'can it be reached from here? where a proxy or a domain of your own leads to it, name that by --server';
  }
  return undefined;
}
