import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

export type FoundProgram = { readonly path: string } | { readonly error: string };

/** Looks a command's first word up as `exec` does, so that a bad one is told from a program that answers 127. */
export function findProgram(name: string, path: string, cwd: string): FoundProgram {
  if (name.includes('/')) {
    const found = isAbsolute(name) ? name : resolve(cwd, name);
    const problem = problemOf(found);
    return problem === undefined ? { path: found } : { error: `exec: "${name}": ${problem}` };
  }
  for (const folder of path.split(':')) {
    const found = join(folder === '' ? cwd : folder, name);
    if (problemOf(found) === undefined) return { path: found };
  }
  return { error: `exec: "${name}": executable file not found in $PATH` };
}

function problemOf(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return `stat ${path}: no such file or directory`;
    if (found.isDirectory()) return 'is a directory';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Also of a folder that this user may not look into, as another user's in a PATH that was handed on.
    return code === 'EACCES' ? 'permission denied' : message;
  }
}
