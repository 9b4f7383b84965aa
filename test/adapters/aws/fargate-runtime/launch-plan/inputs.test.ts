import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { largeArchive, type LaunchPlan } from '../../../../../lib/adapters/aws/fargate-runtime/launch-plan.js';
import type { Container } from '../../../../../lib/apis/core/v1/pod/containers.js';
import { definitionOf, fileOf, ofSecret, overrideOf, plan, startPod } from './starts.js';

describe('ConfigMaps', () => {
  it('are in the definition, line breaks and all', () => {
    const made = plan(startPod([{ envFrom: [{ configMapRef: { name: 'c' } }] }]));
    expect(definitionOf(made, 'main').environment).toEqual([
      { name: 'color', value: 'blue' },
      { name: 'text', value: 'several\nlines' },
    ]);
    expect(made.files).toEqual([]);
  });
});

describe('Secrets', () => {
  const shown = ({ definition, overrides, family }: LaunchPlan) => JSON.stringify([definition, overrides, family]);

  it.each<[string, Partial<Container>]>([
    ['a key', { env: [ofSecret('PASSWORD')] }],
    ['all of one', { envFrom: [{ secretRef: { name: 's' } }], env: [{ name: 'pem', value: '' }] }],
    ['taken over by another variable', { env: [ofSecret('PASSWORD'), { name: 'URL', value: 'x:$(PASSWORD)@y' }] }],
  ])('reach a container in a file, seen nowhere: %s', (_, container) => {
    const made = plan(startPod([container]));
    expect(shown(made)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(fileOf(made, overrideOf(made, 'main'))).toContain('hunter2');
  });

  it('with line breaks are refused with what to do instead', () => {
    expect(() => plan(startPod([{ env: [ofSecret('PEM', 'pem')] }]))).toThrow(
      /PEM of container main .*mount the Secret as a volume/,
    );
  });

  it('as files are unpacked from a variable that stands in a file', () => {
    const volumes = [{ name: 's', secret: { secretName: 's', defaultMode: 0o400 } }];
    const made = plan(startPod([{ volumeMounts: [{ name: 's', mountPath: '/s' }] }], { volumes }));
    const file = fileOf(made, overrideOf(made, 'finite-volumes'));
    expect(file).toMatch(/^FINITE_FILES=[A-Za-z0-9+/=]+\n$/);
    const archive = gunzipSync(Buffer.from(file.trim().slice('FINITE_FILES='.length), 'base64'));
    expect(archive.toString('latin1')).toContain('hunter2');
    expect(shown(made)).not.toContain(file.trim().slice(13, 60));
  });
});

describe('volumes', () => {
  const volumes = [
    { name: 'tmp', emptyDir: {} },
    { name: 'config', configMap: { name: 'c' } },
  ];
  const mounts = [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'config', mountPath: '/config' },
  ];

  it('are filled before all else', () => {
    const made = plan(startPod([{ volumeMounts: mounts }], { volumes, initContainers: [{ name: 'i', image: 'i' }] }));
    const helper = definitionOf(made, 'finite-volumes');
    expect(helper).toMatchObject({ image: 'helper', essential: false, user: '0' });
    expect(helper.command![0]).toContain('chmod 0777 "/finite/volumes/tmp"');
    expect(definitionOf(made, 'i').dependsOn).toEqual([{ containerName: 'finite-volumes', condition: 'SUCCESS' }]);
    expect(definitionOf(made, 'main').dependsOn).toContainEqual({
      containerName: 'finite-volumes',
      condition: 'SUCCESS',
    });
    expect(definitionOf(made, 'main').mountPoints).toEqual([
      { sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false },
      { sourceVolume: 'config', containerPath: '/config', readOnly: true },
    ]);
  });

  it('are filled by a script that any shell runs', () => {
    const made = plan(startPod([{ volumeMounts: mounts }], { volumes }));
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    try {
      for (const { name } of volumes) mkdirSync(join(folder, name), { mode: 0o700 });
      const script = definitionOf(made, 'finite-volumes').command![0]!.replaceAll('/finite/volumes', folder);
      const { environment = [] } = overrideOf(made, 'finite-volumes')!;
      const env = Object.fromEntries(environment.map(({ name, value }) => [name!, value!]));
      execFileSync('bash', ['--norc', '-c', script], { env: { ...env, PATH: process.env['PATH'] } });
      expect(statSync(join(folder, 'tmp')).mode & 0o777).toBe(0o777);
      expect(readFileSync(join(folder, 'config/text'), 'utf8')).toBe('several\nlines');
      expect(() =>
        execFileSync('bash', ['--norc', '-c', script], { env: { PATH: process.env['PATH'] }, stdio: 'ignore' }),
      ).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('without a file in them are left as they are', () => {
    const none = [{ name: 'none', configMap: { name: 'c' } }];
    const start = startPod([{ volumeMounts: [{ name: 'none', mountPath: '/none' }] }], { volumes: none });
    const volumesOf = { volumes: [{ name: 'none', type: 'files' as const, files: [] }] };
    const made = plan({ ...start, containers: start.containers.map((each) => ({ ...each, ...volumesOf })) });
    expect(overrideOf(made, 'finite-volumes')).toBeUndefined();
    expect(definitionOf(made, 'finite-volumes').command![0]).not.toContain('tar');
  });

  it('with little that is no secret need no bucket', () => {
    const made = plan(startPod([{ volumeMounts: mounts }], { volumes }));
    expect(made.files).toEqual([]);
    expect(overrideOf(made, 'finite-volumes')!.environment![0]!.name).toBe('FINITE_FILES');
  });

  it('with much are fetched from the bucket, by a URL that nobody sees', () => {
    const start = startPod([{}], { volumes });
    const files = [{ path: 'big', content: incompressible(200_000), mode: 0o644 }];
    const containers = start.containers.map((each) => ({
      ...each,
      volumes: [{ name: 'config', type: 'files' as const, files }],
    }));
    const large = { ...start, containers };
    const archive = largeArchive(large)!;
    const made = plan(large, { archiveUrl: 'https://files.example/signed' });
    expect(made.files).toContainEqual(archive);
    expect(fileOf(made, overrideOf(made, 'finite-volumes'))).toBe('FINITE_URL=https://files.example/signed\n');
    expect(largeArchive(startPod([{}], { volumes }))).toBeUndefined();
  });
});

/** Bytes that do not compress, the same each time. */
function incompressible(length: number): Buffer {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  };
  return Buffer.from(Array.from({ length }, next));
}
