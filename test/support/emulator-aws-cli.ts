import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const VERSION = '1.45.11';

/** The path of AWS' own command line: this machine's, or one that is installed on first use below `.finite`. */
export async function awsProgram(): Promise<string> {
  const installed = await run('sh', ['-c', 'command -v aws']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (installed !== undefined) return installed;
  const folder = join(root, '.finite', `awscli-${VERSION}`);
  const mark = join(folder, 'installed');
  if (!existsSync(mark)) {
    // A folder without the mark was left by an installation that did not end.
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', `awscli==${VERSION}`]);
    writeFileSync(mark, '');
  }
  return join(folder, 'bin', 'aws');
}
