import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';
import { inputsOf, podWith, problemOf } from './resolved-pods.js';

describe('volumes', () => {
  const filesOf = (volume: NonNullable<PodSpec['volumes']>[number]) => {
    const resolved = inputsOf(podWith({}, { volumes: [volume] })).volumes[0]!;
    if (resolved.type !== 'files') throw new Error(resolved.type);
    return Object.fromEntries(
      resolved.files.map(({ path, content, mode }) => [path, `${mode.toString(8)} ${Buffer.from(content)}`]),
    );
  };

  it('makes a file of each key, binary ones too', () => {
    expect(filesOf({ name: 'v', configMap: { name: 'settings' } })).toMatchObject({
      colour: '644 blue',
      raw: '644 \u0000\u0001',
    });
  });

  it('takes the named items under their paths with their modes', () => {
    const items = [
      { key: 'user', path: 'deep/user' },
      { key: 'password', path: 'p', mode: 0o400 },
    ];
    expect(filesOf({ name: 'v', secret: { secretName: 'login', defaultMode: 0o440, items } })).toEqual({
      'deep/user': '440 admin',
      p: '400 pässword🔑',
    });
  });

  it('writes the downward API as files, maps as quoted lines', () => {
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'notes', fieldRef: { fieldPath: 'metadata.annotations' } },
      { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } },
    ];
    expect(filesOf({ name: 'v', downwardAPI: { items } })).toEqual({
      labels: '644 app="pi"\ntier="back"',
      notes: '644 note="two\\nlines \\"quoted\\""',
      cpu: '644 2',
    });
  });

  it('joins projected sources and warns that there is no token', () => {
    const volume = {
      name: 'v',
      projected: {
        defaultMode: 0o600,
        sources: [
          { serviceAccountToken: { path: 'token' } },
          { configMap: { name: 'settings', items: [{ key: 'colour', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    };
    expect(filesOf(volume)).toEqual({ 'ca.crt': '600 blue', namespace: '600 math' });
    expect(inputsOf(podWith({}, { volumes: [volume] })).events[0]?.reason).toBe('ServiceAccountTokenUnavailable');
  });

  it('do not miss the token that admission mounts into every pod', () => {
    const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }];
    expect(inputsOf(podWith({}, { volumes: [{ name: 'v', projected: { sources } }] })).events).toEqual([]);
  });

  it.each([
    [{ configMap: { name: 'x' } }, 'configmap "x" not found'],
    [{ secret: { secretName: 'x' } }, 'secret "x" not found'],
    [
      { configMap: { name: 'settings', items: [{ key: 'k', path: 'p' }] } },
      'configmap references non-existent config key: k',
    ],
    [{ secret: { secretName: 'login', items: [{ key: 'k', path: 'p' }] } }, 'references non-existent secret key: k'],
    [
      { projected: { sources: [{ configMap: { name: 'x' } }, { secret: { name: 'y' } }] } },
      '[configmap "x" not found, secret "y" not found]',
    ],
    [{ persistentVolumeClaim: { claimName: 'c' } }, 'volumes of type persistentVolumeClaim are not supported here'],
  ])('holds the pod up: %j', (source, cause) => {
    const message = `MountVolume.SetUp failed for volume "v" : ${cause}`;
    expect(problemOf(podWith({}, { volumes: [{ name: 'v', ...source }] }))).toEqual({
      reason: 'ContainerCreating',
      message,
      event: { type: 'Warning', reason: 'FailedMount', message },
    });
  });

  it('passes empty and host volumes on, and is empty where an optional object is missing', () => {
    const volumes = [
      { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '1.5Mi' } },
      { name: 'default' },
      { name: 'host', hostPath: { path: '/data', type: 'Directory' as const } },
      { name: 'maybe', secret: { secretName: 'x', optional: true } },
    ];
    expect(inputsOf(podWith({}, { volumes })).volumes).toEqual([
      { name: 'scratch', type: 'empty', medium: 'Memory', sizeLimitBytes: 1572864 },
      { name: 'default', type: 'empty', medium: '', sizeLimitBytes: undefined },
      { name: 'host', type: 'host-path', path: '/data', pathType: 'Directory' },
      { name: 'maybe', type: 'files', files: [] },
    ]);
  });

  it('expands subPathExpr and refuses unknown variables and ways out of the volume', () => {
    const mounted = (subPathExpr: string) =>
      podWith({
        env: [
          { name: 'POD', value: 'pi' },
          { name: 'UP', value: '..' },
        ],
        volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr }],
      });
    expect(inputsOf(mounted('logs/$(POD)')).mounts).toEqual([
      { volume: 'v', mountPath: '/v', readOnly: false, subPath: 'logs/pi' },
    ]);
    expect(problemOf(mounted('$(NOBODY)'))?.message).toBe('missing value for "NOBODY"');
    expect(problemOf(mounted('$(UP)/x'))?.reason).toBe('CreateContainerConfigError');
  });
});
