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

function base64(text: string): string {
  return JSON.stringify(Buffer.from(text).toString('base64'));
}
