/** What a token is checked against. */
export interface TokenRules {
  /** Whether STS answers there. */
  readonly isStsHost: (host: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a token says, once its form is right. Whether its signature is, only STS knows. */
export interface PresignedRequest {
  /** `sts.eu-west-1.amazonaws.com`. */
  readonly host: string;
  /** Path and query as they are to be sent: written anew from what was read, so that both sides read the same. */
  readonly path: string;
  /** Milliseconds since 1970: from then on STS does not believe it. */
  readonly expiresAtMs: number;
}

/** Why a token is refused; for a log, never for the caller. */
export interface Refusal {
  readonly refused: string;
}

export const tokenPrefix = 'k8s-aws-v1.';
/** The header that binds a token to one cluster. It is sent by the server, so only the right cluster's signature holds. */
export const clusterIdHeader = 'x-k8s-aws-id';

/** Tokens with a session's own token in them have about 2,000; above this nothing honest comes. */
const TOKEN_CHARACTERS_MAX = 4096;
/** STS believes a signature so long, whatever `X-Amz-Expires` says. */
const LIFETIME_MS = 15 * 60_000;
/** As STS: a caller's clock may be ahead by this much. */
const CLOCK_SKEW_MS_MAX = 5 * 60_000;
const EXPIRES_SECONDS_MAX = 900;

/** In lower case; anything else could change what STS is asked. */
const parameters = [
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
] as const;

type Parameter = (typeof parameters)[number];
type Query = ReadonlyMap<Parameter, { readonly name: string; readonly value: string }>;

/**
 * Reads `k8s-aws-v1.<base64url of a presigned URL of STS GetCallerIdentity>`, by the rules of aws-iam-authenticator's
 * `pkg/token`, and stricter where no honest client differs.
 */
export function readToken(token: string, rules: TokenRules): PresignedRequest | Refusal {
  if (token.length > TOKEN_CHARACTERS_MAX) return { refused: 'the token is too large' };
  const text = decode(token);
  if (text === undefined) return { refused: 'the token is not base64url after its prefix' };
  const url = /^https:\/\/([^/?#@:\\]+)\/?\?([\x21\x22\x24-\x7e]*)$/.exec(text);
  if (url === null) return { refused: 'the token is not a presigned URL of STS' };
  const [, host, queryText] = url as unknown as [string, string, string];
  if (!rules.isStsHost(host)) return { refused: `${JSON.stringify(host)} is not an STS endpoint` };
  const query = readQuery(queryText);
  if ('refused' in query) return query;
  const problem = problemOf(query);
  if (problem !== undefined) return { refused: problem };
  return withExpiry(host, query, rules.now);
}

function decode(token: string): string | undefined {
  if (!token.startsWith(tokenPrefix)) return undefined;
  const encoded = token.slice(tokenPrefix.length);
  const bytes = Buffer.from(encoded, 'base64url');
  // Node skips what is not base64url; only what comes out as it went in was.
  return bytes.toString('base64url') === encoded ? bytes.toString('latin1') : undefined;
}

/**
 * Each known parameter at most once, in whatever case its name is written: of two that differ in case only, STS might
 * read the one and we the other (CVE-2022-2385).
 */
function readQuery(text: string): Query | Refusal {
  const query = new Map<Parameter, { name: string; value: string }>();
  for (const part of text.split('&')) {
    const [, rawName, rawValue] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    const name = unescapePart(rawName);
    const value = unescapePart(rawValue);
    if (name === undefined || value === undefined) return { refused: 'a query parameter is malformed' };
    const lower = asciiLowerCase(name) as Parameter;
    if (!parameters.includes(lower)) return { refused: `unknown query parameter ${JSON.stringify(name)}` };
    if (query.has(lower)) return { refused: `query parameter ${lower} is there twice` };
    query.set(lower, { name, value });
  }
  return query;
}

/** Undefined where an escape is broken. A plus is a plus: signers write a blank as %20. */
function unescapePart(text: string | undefined): string | undefined {
  if (text === undefined || text.includes('+')) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `toLowerCase` would also make a k of the Kelvin sign. */
function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const forms: { readonly [name in Parameter]: { readonly form: RegExp; readonly optional?: true } } = {
  action: { form: /^GetCallerIdentity$/ },
  version: { form: /^2011-06-15$/ },
  'x-amz-algorithm': { form: /^AWS4-HMAC-SHA256$/ },
  'x-amz-credential': { form: /^\w+\/\d{8}\/[a-z0-9-]+\/sts\/aws4_request$/ },
  'x-amz-date': { form: /^\d{8}T\d{6}Z$/ },
  'x-amz-expires': { form: /^\d{1,3}$/ },
  'x-amz-security-token': { form: /^[\x21-\x7e]+$/, optional: true },
  'x-amz-signature': { form: /^[0-9a-f]{64}$/ },
  'x-amz-signedheaders': { form: /^[a-z0-9;-]+$/ },
};

function problemOf(query: Query): string | undefined {
  for (const name of parameters) {
    const { form, optional } = forms[name];
    const value = query.get(name)?.value;
    if (value === undefined ? optional !== true : !form.test(value)) {
      return `query parameter ${name} is missing or malformed`;
    }
  }
  if (Number(valueOf(query, 'x-amz-expires')) > EXPIRES_SECONDS_MAX) return 'X-Amz-Expires is above 900';
  const signed = valueOf(query, 'x-amz-signedheaders').split(';');
  // A token that does not sign the cluster's name would serve any cluster, and one that does not sign the host any STS.
  return signed.includes(clusterIdHeader) && signed.includes('host')
    ? undefined
    : `the headers host and ${clusterIdHeader} are not both signed`;
}

function withExpiry(host: string, query: Query, now: number): PresignedRequest | Refusal {
  const date = readDate(valueOf(query, 'x-amz-date'));
  if (date === undefined) return { refused: 'X-Amz-Date is not a date' };
  if (date > now + CLOCK_SKEW_MS_MAX) return { refused: 'X-Amz-Date is in the future' };
  const expiresAtMs = date + LIFETIME_MS;
  if (now >= expiresAtMs) return { refused: 'the token has expired' };
  const pairs = [...query.values()].map(({ name, value }) => `${escapePart(name)}=${escapePart(value)}`);
  return { host, path: `/?${pairs.join('&')}`, expiresAtMs };
}

function valueOf(query: Query, name: Parameter): string {
  return query.get(name)!.value;
}

/** Ms of `20300101T000000Z`; undefined for a day or an hour that does not exist. */
function readDate(text: string): number | undefined {
  const iso = text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const ms = Date.parse(iso);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === iso ? ms : undefined;
}

/** RFC 3986, as signatures are computed. */
function escapePart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
