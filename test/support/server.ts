import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../../bin/commands/up.js';
import type { RuntimeChoice } from '../../bin/local/runtime-choice.js';

/** A whole server on a free port with a data folder of its own, which goes with it. */
export async function startTestServer(runtime: RuntimeChoice): Promise<RunningServer> {
  const data = mkdtempSync(join(tmpdir(), 'finite-test-'));
  const server = await startServer({ data, listen: { host: '127.0.0.1', port: 0 }, runtime });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
