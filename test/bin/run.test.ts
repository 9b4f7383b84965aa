import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFinite, printed, type Ended, type FiniteProgram } from '../support/finite.js';

const scratch = mkdtempSync(join(tmpdir(), 'finite-run-test-'));
let finite: FiniteProgram;

beforeAll(() => {
  finite = buildFinite();
});
afterAll(() => {
  finite.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const job = (name: string, script: string, more = ''): string => `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  ${more}
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: none, command: [sh, -c, ${JSON.stringify(script)}]}]
`;

function manifest(name: string, ...documents: string[]): string {
  const path = join(scratch, `${name}.yaml`);
  writeFileSync(path, documents.join('---\n'));
  return path;
}

/** Each run's data folders, and with them its pods', are made below a folder of its own. */
function folderOf(name: string): { readonly TMPDIR: string } {
  return { TMPDIR: mkdtempSync(join(scratch, `${name}-`)) };
}

const runProcess = ['run', '--runtime', 'process'];

describe('finite run', () => {
  it('names file, document and line of what is refused, and begins nothing before', async () => {
    const path = manifest('refused', job('first', 'echo begun'), job('second', 'true', 'completions: two'));
    const { code, stdout, stderr }: Ended = await finite.run([...runProcess, path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`finite: ${path}, document 2, line 15: Job in version "v1" cannot be handled`);
    expect(stderr).not.toContain('job/first');
  });

  it('names the line of a namespace that cannot be', async () => {
    const path = manifest('namespace', job('one', 'true').replace('{name: one}', '{name: one, namespace: Not_one}'));
    const { code, stderr } = await finite.run(['run', '--runtime', 'instant', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`finite: ${path}, line 3: Namespace "Not_one" is invalid: metadata.name`);
  });

  it('makes the namespaces first that its documents name, whatever their order', async () => {
    const path = manifest(
      'namespaces',
      job('one', 'echo one').replace('{name: one}', '{name: one, namespace: team}'),
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {a: b}}\n',
    );
    expect(await finite.run(['run', '--runtime', 'instant', path])).toMatchObject({ code: 0 });
  });

  it('stops its pods and leaves nothing when nobody reads what it prints', async () => {
    const env = folderOf('unread');
    const run = finite.spawn([...runProcess, manifest('unread', job('talk', 'while :; do echo more; done'))], env);
    await once(run.stdout, 'data');
    let told = '';
    run.stderr.on('data', (chunk) => (told += chunk));
    run.stdout.destroy();
    const [code] = await once(run, 'close');
    expect(code).toBe(141);
    expect(told).toContain('nobody reads standard output any more: stopping all pods');
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });

  it('kills pods that take their time when Ctrl-C is pressed again', async () => {
    const env = folderOf('stubborn');
    const script = 'trap "" TERM; echo ready; while :; do sleep 1; done';
    const run = finite.spawn([...runProcess, manifest('stubborn', job('stubborn', script))], env);
    const asked = new Promise<void>((resolve) =>
      run.stderr.on('data', (chunk) => String(chunk).includes('Ctrl-C again kills them') && resolve()),
    );
    await printed(run, /ready/);
    run.kill('SIGINT');
    await asked;
    run.kill('SIGINT');
    const [code] = await once(run, 'close');
    expect(code).toBe(130);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });
});

describe('the command line', () => {
  it.each([
    [['run', 'x.yaml', '--timeout', '1000h'], /less than 596 hours/],
    [['run', 'x.yaml', '--timeout', '0'], /more than none/],
    [['run', 'x.yaml', '--timout', '3'], /Did you mean --timeout\?/],
    [['run', 'x.yaml', '--runtime', 'none'], /Allowed choices are auto, container, process, instant\./],
    [['rum'], /Did you mean run\?/],
    [['backfill', 'x', '--from', '2026-01-01', '--to', '2026-01-02'], /expected cronjob\/NAME, not x/],
    [['backfill', 'cronjob/x', '--from', 'yesterday', '--to', '2026-01-02'], /RFC 3339 time, not yesterday/],
    [['run', 'missing.yaml'], /missing\.yaml: no such file/],
  ])('ends %j with 2 and says why', async (args, why) => {
    const { code, stderr } = await finite.run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });

  it('prints versions as a command and as an option', async () => {
    const { code, stdout } = await finite.run(['version']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^finite \d.*\nKubernetes API v1/),
    });
    expect(await finite.run(['--version'])).toMatchObject({ code: 0, stdout });
  });

  it('ends quietly when nobody reads what it prints', async () => {
    const doctor = finite.spawn(['doctor', '--data', join(scratch, 'new'), '--listen', '127.0.0.1:0']);
    doctor.stdout.destroy();
    let told = '';
    doctor.stderr.on('data', (chunk) => (told += chunk));
    const [code] = await once(doctor, 'close');
    expect({ code, told }).toEqual({ code: 141, told: '' });
  });
});
