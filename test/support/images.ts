import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Images for tests without a registry: archives of root file systems, made from programs of this machine. */

const [perl, loader, tar] = ['perl', 'ldd', 'tar'];

export const busybox = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));

/** busybox with a link for each of its programs; resolves with the archive's path. */
export function busyboxArchive(folder: string): string {
  const root = join(folder, 'busybox');
  mkdirSync(join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  copyFileSync(busybox!, join(root, 'bin', 'busybox'));
  chmodSync(join(root, 'bin', 'busybox'), 0o755);
  const applets = execFileSync(busybox!, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets) if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  return archive(`${root}.tar`, ['-C', root, '.']);
}

/** perl with its libraries and modules; undefined where there is no perl with Math::BigFloat. */
export function perlArchive(folder: string): string | undefined {
  try {
    const text = execFileSync(perl, ['-MMath::BigFloat', '-e', 'print join "\\n", $^X, @INC'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [program = '', ...modules] = text.split('\n');
    const libraries = execFileSync(loader, [program], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? [];
    const found = [program, ...libraries, ...modules].filter((path) => path.startsWith('/') && existsSync(path));
    const relative = found.map((path) => path.slice(1));
    return archive(join(folder, 'perl.tar'), ['--dereference', '-C', '/', ...relative]);
  } catch {
    return undefined;
  }
}

function archive(path: string, what: string[]): string {
  execFileSync(tar, ['-cf', path, ...what], { stdio: 'pipe' });
  return path;
}
