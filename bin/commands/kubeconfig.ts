import { join } from 'node:path';
import { readIfThere } from '../../lib/adapters/local/private-files.js';

/** The kubeconfig that `finite up` wrote for a data folder. */
export async function kubeconfig(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'kubeconfig');
  const text = await readIfThere(path);
  if (text === undefined) throw new Error(`${path} does not exist; finite up --data ${dataFolder} makes it`);
  return text;
}
