import { execFile } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../../lib/adapters/local/process-runtime/find-program.js';

/** One installed kubectl. */
export interface Kubectl {
  /** `1.30`. */
  readonly version: string;
  readonly path: string;
}

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Every `kubectl.1.NN` in the folder of the kubectl on the PATH, oldest first; none where kubectl is not installed. */
export function installedKubectls(): Kubectl[] {
  const main = findProgram('kubectl', process.env['PATH'] ?? '', process.cwd());
  if ('error' in main) return [];
  const folder = dirname(realpathSync(main.path));
  return readdirSync(folder)
    .map((name) => ({ name, minor: /^kubectl\.1\.(\d+)$/.exec(name)?.[1] }))
    .filter((entry) => entry.minor !== undefined)
    .sort((a, b) => Number(a.minor) - Number(b.minor))
    .map(({ name, minor }) => ({ version: `1.${minor}`, path: join(folder, name) }));
}

/** Runs kubectl to its end; `input` goes to its standard input. Rejects only when it cannot be run at all. */
export function runKubectl(
  kubectl: Kubectl,
  kubeconfig: string,
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly timeoutMs?: number;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<KubectlResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      kubectl.path,
      args,
      {
        // Its own cache folder: discovery answers of another server under the same address must not be believed.
        env: { PATH: process.env['PATH'], HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig, ...options.env },
        timeout: options.timeoutMs ?? 60_000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number' && error.killed !== true) reject(error);
        else resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 124, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}
