import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../bin/commands/up.js';
import type { CronJobTicks } from '../../lib/apis/finite/v1/cronjob-ticks/types.js';
import { installedKubectls, runKubectl, type Kubectl, type KubectlResult } from '../support/kubectl.js';
import { startTestServer } from '../support/server.js';

const tried = ['1.27', '1.30', '1.33'];
const kubectls = installedKubectls().filter(({ version }) => tried.includes(version));
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}.yaml`, import.meta.url));

// Where no kubectl of these versions is installed beside the one on the PATH there is nothing to try.
describe.skipIf(kubectls.length === 0)('kubectl', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startTestServer('process');
  });
  afterAll(() => server.stop());

  describe.each(kubectls)('$version', (kubectl) => {
    const namespace = `v${kubectl.version.replace('.', '-')}`;
    const run = (...args: string[]): Promise<KubectlResult> =>
      runKubectl(kubectl, server.kubeconfig, ['--namespace', namespace, ...args]);
    const ok = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stderr }, `kubectl ${args.join(' ')}`).toMatchObject({ code: 0 });
      return stdout;
    };

    beforeAll(async () => {
      await ok('create', 'namespace', namespace);
    });

    it('creates a Job from a file, waits for it and shows its pods, logs and events', async () => {
      expect(await ok('create', '-f', example('completions'))).toBe('job.batch/completions created\n');
      await ok('wait', '--for=condition=complete', 'job/completions', '--timeout=60s');
      const jobs = await ok('get', 'jobs');
      expect(header(jobs)).toEqual(kubectlColumns(jobs));
      expect(row(jobs, 'completions')).toMatch(/completions\s+(Complete\s+)?5\/5/);
      const wide = await ok('get', 'jobs', '-o', 'wide');
      expect(header(wide).slice(-3)).toEqual(['CONTAINERS', 'IMAGES', 'SELECTOR']);
      const pods = await ok('get', 'pods', '-l', 'job-name=completions');
      expect(pods.match(/0\/1\s+Completed\s+0/g)).toHaveLength(5);
      const [pod] = (await ok('get', 'pods', '-o', 'name')).split('\n');
      expect(await ok('logs', pod!)).toMatch(/^Hello from /);
      expect(await ok('logs', pod!, '--timestamps')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Hello from /);
      expect(await ok('logs', pod!, '--since=1h', '--tail=1', '-c', 'main')).toMatch(/^Hello from /);
      expect(await ok('logs', 'job/completions')).toMatch(/Hello from /);
      expect(await ok('get', 'events')).toMatch(/SuccessfulCreate\s+job\/completions\s+Created pod: completions-/);
      const described = await ok('describe', 'job', 'completions');
      expect(described).toMatch(/Pods Statuses:\s+0 Active( \(0 Ready\))? \/ 5 Succeeded \/ 0 Failed/);
      expect(described).toMatch(/Completed\s+\S+\s+job-controller\s+Job completed/);
      expect(await ok('describe', pod!)).toMatch(/Exit Code:\s+0/);
    });

    it('prints objects in every output format', async () => {
      const path = ['get', 'job', 'completions', '-o'];
      expect(await ok(...path, 'jsonpath={.status.succeeded}')).toBe('5');
      expect(await ok(...path, 'custom-columns=NAME:.metadata.name,DONE:.status.succeeded')).toMatch(/completions\s+5/);
      expect(await ok(...path, 'yaml')).toMatch(/^apiVersion: batch\/v1\nkind: Job\n/);
      expect(JSON.parse(await ok(...path, 'json'))).toMatchObject({ kind: 'Job', status: { succeeded: 5 } });
      expect(await ok('get', 'jobs,pods', '-A')).toMatch(new RegExp(`^${namespace}\\s+job.batch/completions`, 'm'));
      expect(await ok('get', 'pods', '--field-selector', 'status.phase=Failed', '-o', 'name')).toBe('');
      expect(await ok('explain', 'job.spec.backoffLimit')).toMatch(/backoffLimit/);
      expect(await ok('api-resources', '--api-group=batch')).toMatch(/jobs\s+batch\/v1\s+true\s+Job/);
      expect(await ok('version')).toMatch(/v1\.36/);
    });

    it('applies a manifest, applies it again, and patches it', async () => {
      expect(await ok('apply', '-f', example('suspended'))).toBe('job.batch/suspended created\n');
      expect(await ok('apply', '-f', example('suspended'))).toBe('job.batch/suspended unchanged\n');
      await ok('label', 'job', 'suspended', 'team=red');
      expect(await ok('get', 'jobs', '-l', 'team in (red,blue)', '-o', 'name')).toBe('job.batch/suspended\n');
      await ok('patch', 'job', 'suspended', '-p', '{"spec":{"suspend":false}}');
      await ok('wait', '--for=condition=complete', 'job/suspended', '--timeout=60s');
      expect(await ok('logs', 'job/suspended')).toBe('resumed\n');
    });

    it('creates a Job from a command, follows its log and deletes it with its pods', async () => {
      await ok('create', 'job', 'hello', '--image=busybox', '--', 'sh', '-c', 'echo one; sleep 1; echo two');
      // Of pods that are not there yet kubectl would say that none matches.
      await ok('wait', '--for=jsonpath={.status.ready}=1', 'job/hello', '--timeout=60s');
      expect(await ok('logs', '-f', 'job/hello')).toBe('one\ntwo\n');
      await ok('wait', '--for=condition=complete', 'job/hello', '--timeout=60s');
      expect(await ok('delete', 'job', 'hello')).toMatch(/^job.batch "hello" deleted/);
      expect(await ok('get', 'pods', '-l', 'job-name=hello', '-o', 'name')).toBe('');
    });

    it('shows the log of the start before with --previous', async () => {
      await runKubectl(kubectl, server.kubeconfig, ['-n', namespace, 'create', '-f', '-'], { input: restartingJob });
      await ok('wait', '--for=condition=complete', 'job/restarting', '--timeout=60s');
      expect(await ok('logs', 'job/restarting', '--previous')).toBe('first\n');
      expect(await ok('logs', 'job/restarting')).toBe('second\n');
      expect(await ok('get', 'pods', '-l', 'job-name=restarting')).toMatch(/Completed\s+1 \(/);
    });

    it('watches', async () => {
      const seen = watch(kubectl, server.kubeconfig, ['-n', namespace, 'get', 'jobs', '-w', '-o', 'name']);
      await ok('create', 'job', 'watched', '--image=busybox', '--', 'true');
      expect(await seen('job.batch/watched')).toBe(true);
    });

    it('scales a Job that runs', async () => {
      await ok('create', 'job', 'scaled', '--image=busybox', '--', 'sleep', '60');
      expect(await ok('scale', 'job', 'scaled', '--replicas', '3')).toBe('job.batch/scaled scaled\n');
      expect(await ok('scale', 'job/scaled', '--current-replicas=3', '--replicas=2')).toBe('job.batch/scaled scaled\n');
      expect(await ok('get', 'job', 'scaled', '-o', 'jsonpath={.spec.parallelism}')).toBe('2');
      expect(header(await ok('get', 'job', 'scaled', '--subresource=scale'))).toEqual([
        'NAME',
        'DESIRED',
        'AVAILABLE',
        'AGE',
      ]);
      const { stderr } = await run('scale', 'job', 'scaled', '--current-replicas=7', '--replicas=1');
      expect(stderr).toContain('Expected replicas to be 7, was 2');
      await ok('delete', 'job', 'scaled', '--wait=false');
    });

    it('shows what became of the ticks of a CronJob, and which come next', async () => {
      await ok('create', 'cronjob', 'nightly', '--image=busybox', '--schedule=0 3 * * *');
      const path = `/apis/batch/v1/namespaces/${namespace}/cronjobs/nightly/ticks`;
      const { kind, status } = JSON.parse(await ok('get', '--raw', `${path}?next=2`)) as CronJobTicks;
      expect({ kind, past: status.past }).toEqual({ kind: 'CronJobTicks', past: [] });
      expect(status.next.map(({ time }) => time)).toEqual([
        expect.stringMatching(/T03:00:00Z$/),
        expect.stringMatching(/T03:00:00Z$/),
      ]);
      const { code, stderr } = await run('get', '--raw', `${path}?next=-1`);
      expect(code).toBe(1);
      expect(stderr).toContain('next: Invalid value: -1: must be between 0 and 1440, inclusive');
    });

    it('says what is wrong with a manifest', async () => {
      const wrong = ['create', 'job', 'wrong_name', '--image=busybox'];
      const { code, stderr } = await run(...wrong);
      expect(code).toBe(1);
      expect(stderr).toMatch(/metadata.name: Invalid value: "wrong_name"/);
      const absent = await run('get', 'job', 'absent');
      expect(absent.stderr).toBe('Error from server (NotFound): jobs.batch "absent" not found\n');
    });

    it('deletes the namespace with all that is in it', async () => {
      await ok('delete', 'namespace', namespace, '--timeout=60s');
      const { stderr } = await run('get', 'namespace', namespace);
      expect(stderr).toBe(`Error from server (NotFound): namespaces "${namespace}" not found\n`);
    });
  });
});

const restartingJob = JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'restarting' },
  spec: {
    template: {
      spec: {
        restartPolicy: 'OnFailure',
        volumes: [{ name: 'memory', emptyDir: {} }],
        containers: [
          {
            name: 'main',
            image: 'busybox',
            volumeMounts: [{ name: 'memory', mountPath: '/memory' }],
            command: [
              'sh',
              '-c',
              'cd $FINITE_VOLUME_MEMORY; if mkdir once 2>/dev/null; then echo first; exit 1; fi; echo second',
            ],
          },
        ],
      },
    },
  },
});

/** kubectl 1.27 and 1.30 print the same columns: they are the server's. */
function kubectlColumns(text: string): string[] {
  expect(text).toMatch(/^NAME/);
  return ['NAME', 'STATUS', 'COMPLETIONS', 'DURATION', 'AGE'];
}

function header(table: string): string[] {
  return table.split('\n')[0]!.trim().split(/\s+/);
}

function row(table: string, name: string): string {
  return table.split('\n').find((line) => line.startsWith(name)) ?? '';
}

/** Starts a watch; the function it gives resolves once a line has been printed (false when kubectl ended first). */
function watch(kubectl: Kubectl, kubeconfig: string, args: string[]): (line: string) => Promise<boolean> {
  const child = spawn(kubectl.path, args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
  let output = '';
  const check: (() => void)[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    check.forEach((each) => each());
  });
  return (line) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!output.split('\n').includes(line)) return;
        child.kill();
        resolve(true);
      };
      check.push(look);
      child.once('exit', () => resolve(output.split('\n').includes(line)));
      look();
    });
}
