import type { Token } from './make-token.js';

const group = 'client.authentication.k8s.io';

/**
 * What an exec plugin prints (`ExecCredential`), in the version that `KUBERNETES_EXEC_INFO` asks for. Throws for a version
 * that no client asks for any more.
 */
export function execCredential({ token, expiresAt }: Token, execInfo: string | undefined): string {
  const apiVersion = askedVersion(execInfo);
  const expirationTimestamp = `${expiresAt.toISOString().slice(0, 19)}Z`;
  return `${JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: {}, status: { expirationTimestamp, token } })}\n`;
}

/** Without anybody who asks, it is a person who looks. */
function askedVersion(execInfo: string | undefined): string {
  if (!execInfo) return `${group}/v1`;
  const { apiVersion } = parse(execInfo);
  if (apiVersion === `${group}/v1` || apiVersion === `${group}/v1beta1`) return apiVersion;
  throw new Error(`KUBERNETES_EXEC_INFO asks for ${String(apiVersion)}; ${group}/v1 and v1beta1 are known`);
}

function parse(execInfo: string): { readonly apiVersion?: unknown } {
  try {
    return (JSON.parse(execInfo) ?? {}) as { readonly apiVersion?: unknown };
  } catch (cause) {
    throw new Error('KUBERNETES_EXEC_INFO is not JSON', { cause });
  }
}
