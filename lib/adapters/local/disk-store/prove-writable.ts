import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** About what opening a database writes at most: its log becomes a table. */
const PROBE_BYTES = 16 * 1024 * 1024;

/** Writes and syncs a file in a folder and removes it. Throws what the disk says. */
export async function proveWritable(folder: string): Promise<void> {
  const path = join(folder, 'probe');
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(Buffer.alloc(PROBE_BYTES, 'probe'));
    await file.sync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
