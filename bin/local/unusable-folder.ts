import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why nothing can be written in a folder, or the folder not be made; undefined where it can. Changes nothing. `folder` is absolute. */
export async function whyUnusable(folder: string): Promise<string | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory()) return `${path} is not a folder`;
      await access(path, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOTDIR' || (code === 'ENOENT' && path !== dirname(path))) continue;
      if (code === 'EROFS') return `${path} is on a read-only file system`;
      if (code === 'EACCES' || code === 'EPERM') return `this user may not write in ${path}`;
      return message;
    }
  }
}
