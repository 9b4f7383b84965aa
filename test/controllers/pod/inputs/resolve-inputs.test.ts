import { describe, expect, it } from 'vitest';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';
import { inputReferences } from '../../../../lib/controllers/pod/inputs/references.js';
import { resolveInputs } from '../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import type { InputObjects, PodFacts } from '../../../../lib/controllers/pod/inputs/types.js';

const facts: PodFacts = {
  nodeName: 'node-1',
  hostIP: '10.0.0.1',
  podIP: '10.88.0.7',
  nodeAllocatable: { cpu: '2', memory: '4Gi' },
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const objects: InputObjects = {
  configMap: (name) =>
    name === 'settings'
      ? { data: { colour: 'blue', 'a=b': 'never a variable', größe: '1' }, binaryData: { raw: base64('\u0000\u0001') } }
      : undefined,
  secret: (name) =>
    name === 'login' ? { data: { user: base64('admin'), password: base64('pässword🔑') } } : undefined,
};

function podWith(container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'pi-abc',
      namespace: 'math',
      uid: 'uid-1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'pi', tier: 'back' },
      annotations: { note: 'two\nlines "quoted"' },
    },
    spec: { ...spec, containers: [{ name: 'main', image: 'busybox', ...container }] },
    status: {},
  };
}

function inputsOf(pod: Pod, name = 'main') {
  const resolved = resolveInputs(pod, objects, facts);
  if (resolved.problem) throw new Error(resolved.problem.message);
  const container = resolved.containers[name]!;
  if (container.problem) throw new Error(container.problem.message);
  return { ...container, volumes: resolved.volumes, events: resolved.events };
}

function envOf(container: Partial<Container>): Record<string, string> {
  return Object.fromEntries(inputsOf(podWith(container)).env.map(({ name, value }) => [name, value]));
}

function problemOf(pod: Pod) {
  const resolved = resolveInputs(pod, objects, facts);
  return resolved.problem ?? resolved.containers['main']!.problem;
}

describe('environment', () => {
  it('lets env replace envFrom and a later envFrom an earlier one', () => {
    const env = envOf({
      envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'S_', secretRef: { name: 'login' } }],
      env: [{ name: 'S_user', value: 'somebody' }],
    });
    expect(env).toEqual({ colour: 'blue', raw: undefined, S_user: 'somebody', S_password: 'pässword🔑' });
  });

  it('skips keys of envFrom that cannot be variable names and says so', () => {
    const { events } = inputsOf(podWith({ envFrom: [{ configMapRef: { name: 'settings' } }] }));
    expect(events).toEqual([
      {
        type: 'Warning',
        reason: 'InvalidEnvironmentVariableNames',
        message:
          'Keys [a=b, größe] from the EnvFrom configMap math/settings were skipped since they are considered invalid environment variable names.',
      },
    ]);
  });

  it.each([
    ['$(A)', '1'],
    ['$(A)-$(B)', '1-$(B)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$$$$(A)', '$$(A)'],
    ['$(A', '$(A'],
    ['$A $ $', '$A $ $'],
    ['$()', '$()'],
    ['$(A$(A))', '$(A$(A))'],
  ])('expands %s to %s in values, command and args', (text, expected) => {
    const inputs = inputsOf(
      podWith({
        env: [
          { name: 'A', value: '1' },
          { name: 'X', value: text },
          { name: 'B', value: 'set too late' },
        ].filter(({ name }) => name !== 'B' || !text.includes('B')),
        command: [text],
        args: [text],
      }),
    );
    expect(inputs.env.find(({ name }) => name === 'X')?.value).toBe(expected);
    expect(inputs.command).toEqual([expected]);
    expect(inputs.args).toEqual([expected]);
  });

  it('sees in a value only the variables set before it, in the command all of them', () => {
    const inputs = inputsOf(
      podWith({
        env: [
          { name: 'FIRST', value: '$(SECOND)' },
          { name: 'SECOND', value: 'two' },
        ],
        command: ['$(FIRST)', '$(SECOND)'],
      }),
    );
    expect(inputs.env[0]?.value).toBe('$(SECOND)');
    expect(inputs.command).toEqual(['$(SECOND)', 'two']);
  });

  it.each([
    ['metadata.name', 'pi-abc'],
    ['metadata.namespace', 'math'],
    ['metadata.uid', 'uid-1'],
    ["metadata.labels['app']", 'pi'],
    ["metadata.labels['absent']", ''],
    ["metadata.annotations['note']", 'two\nlines "quoted"'],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', ''],
    ['status.hostIP', '10.0.0.1'],
    ['status.podIP', '10.88.0.7'],
    ['status.podIPs', '10.88.0.7'],
  ])('reads the field %s', (fieldPath, expected) => {
    expect(envOf({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })).toEqual({ X: expected });
  });

  it.each([
    ['limits.cpu', undefined, '1'],
    ['limits.cpu', '1m', '250'],
    ['requests.cpu', '10m', '10'],
    ['limits.memory', undefined, '67108864'],
    ['limits.memory', '1Mi', '64'],
    ['limits.memory', '1Gi', '1'],
    ['limits.memory', '0', '67108864'],
    ['requests.memory', '1k', '0'],
  ])('reads the resource %s with divisor %s as %s', (resource, divisor, expected) => {
    const env = envOf({
      resources: { limits: { cpu: '250m', memory: '64Mi' }, requests: { cpu: '0.1' } },
      env: [{ name: 'X', valueFrom: { resourceFieldRef: { resource, divisor } } }],
    });
    expect(env).toEqual({ X: expected });
  });

  it('reads what the node can give where no limit is set', () => {
    const valueFrom = { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } };
    expect(envOf({ env: [{ name: 'X', valueFrom }] })).toEqual({ X: '4096' });
  });

  it.each<[string, Partial<Container>, string]>([
    ['a ConfigMap of envFrom', { envFrom: [{ configMapRef: { name: 'x' } }] }, 'configmap "x" not found'],
    ['a Secret of envFrom', { envFrom: [{ secretRef: { name: 'x' } }] }, 'secret "x" not found'],
    [
      'a ConfigMap',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x', key: 'a' } } }] },
      'configmap "x" not found',
    ],
    [
      "a ConfigMap's key",
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] },
      "couldn't find key a in ConfigMap math/settings",
    ],
    [
      "a Secret's key",
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'login', key: 'a' } } }] },
      "couldn't find key a in Secret math/login",
    ],
  ])('holds the container up while %s is missing', (_, container, message) => {
    expect(problemOf(podWith(container))).toEqual({
      reason: 'CreateContainerConfigError',
      message,
      event: { type: 'Warning', reason: 'Failed', message: `Error: ${message}` },
    });
  });

  it('leaves out what is optional and missing, keeping what envFrom set', () => {
    const env = envOf({
      envFrom: [{ configMapRef: { name: 'x', optional: true } }, { configMapRef: { name: 'settings' } }],
      env: [
        { name: 'colour', valueFrom: { configMapKeyRef: { name: 'x', key: 'a', optional: true } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'login', key: 'a', optional: true } } },
        { name: 'EMPTY' },
      ],
    });
    expect(env).toEqual({ colour: 'blue', EMPTY: '' });
  });

  it("keeps one container's problem from the others", () => {
    const init = { name: 'init', image: 'busybox', envFrom: [{ secretRef: { name: 'later' } }] };
    const resolved = resolveInputs(podWith({}, { initContainers: [init] }), objects, facts);
    expect(resolved.problem).toBeUndefined();
    expect(!resolved.problem && resolved.containers['init']?.problem?.message).toBe('secret "later" not found');
    expect(!resolved.problem && resolved.containers['main']?.problem).toBeUndefined();
  });
});

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

describe('pull secrets', () => {
  it('passes them on in order and warns of a missing one without holding the pod up', () => {
    const dockerconfigjson = '{"auths":{}}';
    const pod = podWith({}, { imagePullSecrets: [{ name: 'registry' }, { name: 'absent' }] });
    const resolved = resolveInputs(
      pod,
      {
        ...objects,
        secret: (name) =>
          name === 'registry' ? { data: { '.dockerconfigjson': base64(dockerconfigjson) } } : undefined,
      },
      facts,
    );
    expect(resolved).toMatchObject({
      pullSecrets: [dockerconfigjson],
      events: [
        {
          reason: 'FailedToRetrieveImagePullSecret',
          message: 'Unable to retrieve some image pull secrets (absent); attempting to pull the image may not succeed.',
        },
      ],
    });
  });
});

describe('references', () => {
  it('names every ConfigMap and Secret once, and whether the address is needed', () => {
    const pod = podWith(
      {
        envFrom: [{ configMapRef: { name: 'a' } }],
        env: [
          { name: 'X', valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
      },
      {
        initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 's' } }] }],
        imagePullSecrets: [{ name: 'registry' }],
        volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 't' } }, { configMap: { name: 'b' } }] } }],
      },
    );
    expect(inputReferences(pod)).toEqual({ configMaps: ['a', 'b'], secrets: ['s', 't', 'registry'], podIP: true });
    expect(inputReferences(podWith({}))).toEqual({ configMaps: [], secrets: [], podIP: false });
  });
});
