import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { eventually } from '../support/eventually.js';
import { Host, type Loss } from '../support/host-loss.js';

/** Back-off alone is ten seconds; the rest is up to how busy the machine is. */
const PATIENCE_MS = 300_000;

const host = new Host('process');

const folderOf = (pod: Pod) => join(host.folder, 'processes', pod.metadata.uid);
const attemptOf = (pod: Pod) => join(folderOf(pod), 'containers', 'main', '0');
const supervisorOf = (pod: Pod) => Number.parseInt(readFileSync(join(attemptOf(pod), 'started'), 'utf8'), 10);

/** The supervisor and all it has started. */
const kill = (pod: Pod) => void process.kill(-supervisorOf(pod), 'SIGKILL');
const removeFolder = (pod: Pod) => rmSync(folderOf(pod), { recursive: true, force: true });

const losses: readonly Loss[] = [
  { name: 'killed', lose: kill },
  {
    name: 'killed-and-folder-removed',
    lose: (pod) => {
      kill(pod);
      removeFolder(pod);
    },
  },
  {
    name: 'folder-removed',
    lose: async (pod) => {
      const supervisor = supervisorOf(pod);
      removeFolder(pod);
      // Else it would run beside the one that replaces it.
      await eventually('the processes are ended', async () => (isAlive(supervisor) ? undefined : true));
    },
  },
  { name: 'killed-while-finite-was-down', down: true, lose: kill },
  {
    name: 'ended-with-the-machine',
    down: true,
    lose: (pod) => {
      kill(pod);
      const prepared = join(attemptOf(pod), 'prepared');
      writeFileSync(prepared, JSON.stringify({ ...JSON.parse(readFileSync(prepared, 'utf8')), boot: 'before' }));
    },
  },
];

describe('a pod whose processes are lost', { timeout: PATIENCE_MS }, () => {
  let pods: Map<Loss, Pod>;

  beforeAll(async () => {
    pods = await host.loseAll(losses);
  }, PATIENCE_MS);
  afterAll(() => host.close());

  it.each(losses)('fails as disrupted and is replaced: $name', (loss) => host.expectReplaced(loss, pods.get(loss)!));
});

function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
