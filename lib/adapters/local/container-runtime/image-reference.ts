/** A parsed image name. */
export interface ImageReference {
  /** Without tag and digest, as it was written. */
  readonly name: string;
  /** Tag or digest; `latest` where neither is given. */
  readonly version: string;
  /** The registry's host, `docker.io` where none is given. */
  readonly registry: string;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const form = new RegExp(
  `^(?<name>(?:(?<domain>${domain})/)?${component}(?:/${component})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[a-z0-9+.-]+:[0-9a-fA-F]{32,}))?$`,
);

/** Undefined: no engine can have an image of that name. */
export function parseImage(image: string): ImageReference | undefined {
  const groups = form.exec(image)?.groups;
  if (groups === undefined) return undefined;
  const host = groups['domain'];
  // The first part is a registry only when it cannot be part of a path: `library/busybox` is none.
  const isRegistry = host !== undefined && (/[.:]/.test(host) || host === 'localhost');
  if (host !== undefined && !isRegistry && host !== host.toLowerCase()) return undefined;
  return {
    name: groups['name']!,
    version: groups['digest'] ?? groups['tag'] ?? 'latest',
    registry: isRegistry ? host : 'docker.io',
  };
}

/** The header value that logs in to the image's registry, from the first pull secret that knows it. */
export function registryAuth({ registry }: ImageReference, pullSecrets: readonly string[]): string | undefined {
  for (const text of pullSecrets) {
    for (const [key, entry] of Object.entries(parseAuths(text))) {
      if (hostOf(key) !== registry) continue;
      const [username = '', ...password] = entry.auth
        ? Buffer.from(entry.auth, 'base64').toString().split(':')
        : [entry.username, entry.password ?? ''];
      const login = { username, password: password.join(':'), serveraddress: key };
      return Buffer.from(JSON.stringify(login)).toString('base64url');
    }
  }
  return undefined;
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
}

function parseAuths(text: string): Record<string, AuthEntry> {
  try {
    return (JSON.parse(text) as { auths?: Record<string, AuthEntry> }).auths ?? {};
  } catch {
    return {};
  }
}

/** Keys are hosts or URLs; Docker Hub has an old name of its own. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/')[0]!;
  return host === 'index.docker.io' ? 'docker.io' : host;
}
