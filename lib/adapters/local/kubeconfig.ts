import type { Credentials } from './credentials.js';

/**
 * A kubeconfig for the administrator: one cluster, one user with the client certificate and the token, one context.
 * `server` is a URL (`https://127.0.0.1:6443`). Texts are quoted as in JSON, which YAML understands.
 */
export function adminKubeconfig(server: string, credentials: Credentials): string {
  return `apiVersion: v1
kind: Config
current-context: finite
clusters:
  - name: finite
    cluster:
      server: ${JSON.stringify(server)}
      certificate-authority-data: ${base64(credentials.authority.certificate)}
users:
  - name: finite-admin
    user:
      client-certificate-data: ${base64(credentials.admin.certificate)}
      client-key-data: ${base64(credentials.admin.privateKey)}
      token: ${JSON.stringify(credentials.adminToken)}
contexts:
  - name: finite
    context:
      cluster: finite
      user: finite-admin
      namespace: default
`;
}

/**
 * The administrator's entries in a kubeconfig that is there already: what somebody has added stays, as `kubectl config
 * set-context --current --namespace=…` does. One that cannot be read is replaced.
 */
export async function renewedKubeconfig(existing: string | undefined, admin: string): Promise<string> {
  if (existing === undefined || existing === admin) return admin;
  const { parseDocument, stringify } = await import('yaml');
  const document = parseDocument(existing);
  const kept: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (!isMap(kept)) return admin;
  const own = parseDocument(admin).toJS() as Kubeconfig;
  return stringify({
    ...own,
    ...kept,
    clusters: withEntries(kept['clusters'], own.clusters),
    users: withEntries(kept['users'], own.users),
    // A context of that name may have another namespace by now.
    contexts: withEntries(own.contexts, entriesOf(kept['contexts'])),
  });
}

interface Entry {
  readonly name: string;
}

interface Kubeconfig {
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
  readonly contexts: readonly Entry[];
}

/** Those of `before`, and in their place or behind them those of `now`. */
function withEntries(before: unknown, now: readonly Entry[]): readonly Entry[] {
  const entries = new Map([...entriesOf(before), ...now].map((entry) => [entry.name, entry]));
  return [...entries.values()];
}

function entriesOf(list: unknown): readonly Entry[] {
  return Array.isArray(list) ? list.filter((entry) => isMap(entry) && typeof entry['name'] === 'string') : [];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function base64(text: string): string {
  return JSON.stringify(Buffer.from(text).toString('base64'));
}
