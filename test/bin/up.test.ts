import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../bin/local/api-client.js';
import { connectTo } from '../../bin/local/https-client.js';
import { readKubeconfig } from '../../bin/local/kubeconfig-file.js';
import { buildFinite, printed, type FiniteProgram } from '../support/finite.js';

const scratch = mkdtempSync(join(tmpdir(), 'finite-up-test-'));
let finite: FiniteProgram;
let server: ChildProcessWithoutNullStreams | undefined;

beforeAll(() => {
  finite = buildFinite();
});
afterEach(async () => {
  if (server === undefined) return;
  const gone = once(server, 'close');
  server.kill('SIGTERM');
  await gone;
  server = undefined;
});
afterAll(() => {
  finite.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const argumentsOf = (data: string): string[] => ['up', '--data', data, '--listen', '127.0.0.1:0', '--runtime', 'none'];
const clientOf = async (data: string): Promise<ApiClient> => connectTo(await readKubeconfig(join(data, 'kubeconfig')));
const configMap = (name: string, text: string): object => ({ metadata: { name }, data: { text } });
const configMaps = '/api/v1/namespaces/default/configmaps';

describe('finite up', () => {
  it('goes on when nobody reads what it prints', async () => {
    const data = join(scratch, 'unread');
    server = finite.spawn(argumentsOf(data));
    await printed(server, /export KUBECONFIG=/);
    server.stdout.destroy();
    server.stderr.destroy();
    const client = await clientOf(data);
    await client.create(configMaps, configMap('a', 'b'));
    server.kill('SIGTERM');
    // Its last words go nowhere, and it ends as it should.
    expect(await once(server, 'close')).toEqual([0, null]);
    server = undefined;
  });

  it('says in its log why a request could not be answered', async () => {
    const data = join(scratch, 'full');
    // A disk that takes no file above two megabytes; who ignores the signal is told so.
    const limits = 'trap "" XFSZ; ulimit -f 4096; exec "$0" "$@"';
    server = spawn('sh', ['-c', limits, process.execPath, finite.path, ...argumentsOf(data)]);
    let told = '';
    server.stderr.on('data', (chunk) => (told += chunk));
    await printed(server, /export KUBECONFIG=/);
    const client = await clientOf(data);
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 8; n++) await client.create(configMaps, configMap(`c${n}`, 'x'.repeat(500_000)));
    };
    await expect(fill()).rejects.toThrow('Internal error occurred: see the log of the server');
    expect(told).toMatch(/warning: A request could not be answered\. method="POST" path="\/api\/v1.*error="/);
  });
});
