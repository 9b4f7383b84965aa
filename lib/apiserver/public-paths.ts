import type { Store } from '../ports/store.js';

export interface Version {
  /** `v1.36.3` or `v1.36.3+finite`: major and minor are read from it. */
  readonly gitVersion: string;
  readonly gitCommit?: string;
  readonly buildDate?: string;
}

const healthPaths: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);

/** What Kubernetes tells everybody: whether it is well, and its version. Undefined: not such a path. */
export async function answerPublicly(
  method: string,
  path: string,
  query: URLSearchParams,
  store: Store,
  version: Version,
): Promise<Response | undefined> {
  if (method !== 'GET') return undefined;
  if (path === '/version' || path === '/version/') return Response.json(versionInfo(version));
  if (!healthPaths.has(path)) return undefined;
  return health(path.slice(1), query.has('verbose'), store);
}

async function health(name: string, verbose: boolean, store: Store): Promise<Response> {
  const isWell = await store.currentRevision().then(
    () => true,
    () => false,
  );
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' };
  if (isWell && !verbose) return new Response('ok', { headers });
  const lines = ['[+]ping ok', isWell ? '[+]store ok' : '[-]store failed: reason withheld'];
  const verdict = isWell ? `${name} check passed` : `${name} check failed`;
  return new Response(`${lines.join('\n')}\n${verdict}\n`, { status: isWell ? 200 : 500, headers });
}

function versionInfo({ gitVersion, gitCommit = '', buildDate = '1970-01-01T00:00:00Z' }: Version): object {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit,
    gitTreeState: 'clean',
    buildDate,
    goVersion: '',
    compiler: 'node',
    platform: 'any/any',
  };
}
