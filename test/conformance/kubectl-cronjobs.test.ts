import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../bin/commands/up.js';
import { installedKubectls, runKubectl } from '../support/kubectl.js';
import { startTestServer } from '../support/server.js';

const kubectls = installedKubectls();
/** Each command is a process of its own, and other tests run beside it. */
const PATIENCE_MS = 120_000;
const example = fileURLToPath(new URL('../../examples/cronjob.yaml', import.meta.url));

// Where no kubectl with its version in its name is installed beside the one on the PATH there is nothing to try.
describe.skipIf(kubectls.length === 0)('kubectl and CronJobs', { timeout: PATIENCE_MS }, () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startTestServer('process');
  });
  afterAll(() => server.stop());

  describe.each(kubectls)('$version', (kubectl) => {
    const namespace = `v${kubectl.version.replace('.', '-')}`;
    const ok = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runKubectl(kubectl, server.kubeconfig, ['-n', namespace, ...args]);
      expect({ code, stderr }, `kubectl ${args.join(' ')}`).toMatchObject({ code: 0 });
      return stdout;
    };

    beforeAll(async () => {
      await ok('create', 'namespace', namespace);
    });

    it('creates them, lists them and describes them', async () => {
      expect(await ok('create', '-f', example)).toBe('cronjob.batch/hello created\n');
      const command = ['--image=busybox', '--schedule=0 0 1 1 *', '--', 'echo', 'Happy new year'];
      expect(await ok('create', 'cronjob', 'yearly', ...command)).toBe('cronjob.batch/yearly created\n');
      const table = await ok('get', 'cronjobs');
      expect(table).toMatch(/^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\n/);
      expect(table).toMatch(/^yearly +0 0 1 1 \* +<none> +False +0 +<none> /m);
      const described = await ok('describe', 'cronjob', 'hello');
      expect(described).toMatch(/Schedule: +\*\/1 \* \* \* \*\n/);
      expect(described).toMatch(/Starting Deadline Seconds: +15s\n/);
      expect(described).toMatch(/Concurrency Policy: +Allow\n/);
    });

    it('changes them by patch, edit and apply', async () => {
      await ok('patch', 'cronjob', 'yearly', '-p', '{"spec":{"suspend":true}}');
      expect(await ok('get', 'cronjob', 'yearly')).toMatch(/ True /);
      const editor = join(dirname(server.kubeconfig), 'editor.sh');
      writeFileSync(editor, '#!/bin/sh\nsed -i "s/0 0 1 1 /0 0 2 1 /" "$1"\n');
      chmodSync(editor, 0o755);
      const env = { KUBE_EDITOR: editor };
      const args = ['-n', namespace, 'edit', 'cronjob', 'yearly'];
      const { stdout } = await runKubectl(kubectl, server.kubeconfig, args, { env });
      expect(stdout).toMatch(/cronjob.batch\/yearly edited/);
      expect(await ok('get', 'cronjob', 'yearly', '-o', 'jsonpath={.spec.schedule}')).toBe('0 0 2 1 *');
      expect(await ok('apply', '-f', example)).toMatch(/cronjob.batch\/hello (configured|unchanged)/);
    });

    it('starts a Job from one by hand', async () => {
      expect(await ok('create', 'job', 'now', '--from=cronjob/yearly')).toBe('job.batch/now created\n');
      await ok('wait', '--for=condition=complete', 'job/now', '--timeout=60s');
      expect(await ok('logs', 'job/now')).toBe('Happy new year\n');
      expect(await ok('get', 'job', 'now', '-o', 'jsonpath={.metadata.ownerReferences[0].name}')).toBe('yearly');
      // kubectl 1.27 leaves out that the CronJob is the controller: then the Job does not count as its own.
      const owner = await ok('get', 'job', 'now', '-o', 'jsonpath={.metadata.ownerReferences[0].controller}');
      if (owner !== 'true') return;
      const successful = ['get', 'cronjob', 'yearly', '-o', 'jsonpath={.status.lastSuccessfulTime}'];
      await expect.poll(() => ok(...successful), { timeout: PATIENCE_MS / 2 }).toMatch(/^\d{4}-/);
    });

    it('deletes them with their Jobs', async () => {
      await ok('delete', 'cronjob', 'yearly');
      await expect.poll(() => ok('get', 'job', 'now', '--ignore-not-found'), { timeout: PATIENCE_MS / 2 }).toBe('');
    });
  });
});
