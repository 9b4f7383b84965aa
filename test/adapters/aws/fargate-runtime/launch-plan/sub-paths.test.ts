import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Container } from '../../../../../lib/apis/core/v1/pod/containers.js';
import { makePod } from '../../../../support/pods.js';
import { definitionOf, overrideOf, plan, startPod } from './starts.js';

const volumes = [
  { name: 'work', emptyDir: {} },
  {
    name: 'config',
    configMap: {
      name: 'c',
      items: [
        { key: 'color', path: 'conf.d/color' },
        { key: 'text', path: 'other/text' },
      ],
    },
  },
];
const init = { name: 'init', image: 'i', volumeMounts: [{ name: 'work', mountPath: '/out', subPath: 'a' }] };
const main: Partial<Container> = {
  volumeMounts: [
    { name: 'work', mountPath: '/in', subPath: 'a/' },
    { name: 'work', mountPath: '/tmp', subPath: 'b' },
    { name: 'config', mountPath: '/etc/app', subPath: 'conf.d' },
    { name: 'config', mountPath: '/config' },
  ],
};
const made = plan(startPod([main], { volumes, initContainers: [init] }));
const volumeAt = (container: string, path: string) =>
  definitionOf(made, container).mountPoints!.find(({ containerPath }) => containerPath === path)!.sourceVolume!;

test('each sub-path is a volume of the task, and those who mount the same share it', () => {
  expect(volumeAt('main', '/in')).toBe(volumeAt('init', '/out'));
  const own = ['/in', '/tmp', '/etc/app', '/config'].map((path) => volumeAt('main', path));
  expect(new Set(own).size).toBe(4);
  expect(volumeAt('main', '/config')).toBe('config');
  expect(made.definition.volumes!.map(({ name }) => name).toSorted()).toEqual(own.toSorted());
  for (const name of own) expect(name).toMatch(/^[\w-]+$/);
});

test('a sub-path of files holds what is below it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sub-paths-'));
  try {
    for (const { name } of made.definition.volumes!) mkdirSync(join(folder, name!));
    const script = definitionOf(made, 'finite-volumes').command![0]!.replaceAll('/finite/volumes', folder);
    const { environment = [] } = overrideOf(made, 'finite-volumes')!;
    const env = Object.fromEntries(environment.map(({ name, value }) => [name!, value!]));
    execFileSync('bash', ['--norc', '-c', script], { env: { ...env, PATH: process.env['PATH'] } });
    expect(readdirSync(join(folder, volumeAt('main', '/etc/app')))).toEqual(['color']);
    expect(readFileSync(join(folder, volumeAt('main', '/config'), 'other/text'), 'utf8')).toBe('several\nlines');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a container that is run again finds the same definition', () => {
  const pod = makePod([main], { volumes, initContainers: [init] });
  const again = startPod([], {}, { asked: new Set(['main']) }, pod);
  expect(plan(again).family).toBe(plan(startPod([], {}, {}, pod)).family);
});
