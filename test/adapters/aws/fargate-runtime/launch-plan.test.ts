import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs';
import { describe, expect, it, test } from 'vitest';
import {
  largeArchive,
  OVERRIDES_MAX,
  planLaunch,
  UnfitForTask,
  type LaunchContext,
  type LaunchPlan,
} from '../../../../lib/adapters/aws/fargate-runtime/launch-plan.js';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';
import { resolveInputs } from '../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import type { PodStart } from '../../../../lib/ports/pod-runtime.js';
import { makePod, startOf } from '../../../support/pods.js';

const SETTINGS = {
  logGroup: '/finite/pods',
  region: 'eu-west-1',
  executionRoleArn: 'arn:aws:iam::1:role/execution',
  taskRoleArn: 'arn:aws:iam::1:role/pod',
  helperImage: 'helper',
  bucketArn: 'arn:aws:s3:::files',
};

const configMap = { data: { color: 'blue', text: 'several\nlines' } };
const secret = { data: { password: btoa('hunter2'), pem: btoa('a\nb') } };

/** The start of a new pod, with its inputs resolved as the manager resolves them. */
function startPod(
  containers: readonly Partial<Container>[],
  spec: Partial<PodSpec> = {},
  more: Partial<PodStart> = {},
  pod?: Pod,
): PodStart {
  const made = pod ?? makePod(containers, { terminationGracePeriodSeconds: 30, ...spec });
  const objects = { configMap: () => configMap, secret: () => secret };
  const inputs = resolveInputs(made, objects, { nodeName: 'fargate', hostIP: '', podIP: '' });
  if (inputs.problem) throw new Error(inputs.problem.message);
  const all = [...(made.spec.initContainers ?? []), ...made.spec.containers];
  return {
    pod: made,
    containers: all.map(({ name }) => {
      const own = inputs.containers[name]!;
      if (own.problem) throw new Error(own.problem.message);
      return startOf(made, { container: name, ...own, volumes: inputs.volumes });
    }),
    asked: new Set([all[0]!.name]),
    serviceAccountAnnotations: {},
    ...more,
  };
}

const plan = (start: PodStart, context: LaunchContext = {}): LaunchPlan => planLaunch(start, SETTINGS, context);
const definitionOf = ({ definition }: LaunchPlan, name: string): ContainerDefinition =>
  definition.containerDefinitions!.find((container) => container.name === name)!;
const overrideOf = ({ overrides }: LaunchPlan, name: string): ContainerOverride | undefined =>
  overrides.containerOverrides!.find((container) => container.name === name);
const fileOf = ({ files }: LaunchPlan, override: ContainerOverride | undefined): string => {
  const [{ value = '' } = {}] = override?.environmentFiles ?? [];
  return files.find(({ key }) => value === `arn:aws:s3:::files/${key}`)!.body.toString();
};
const fieldRef = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const ofSecret = (name: string, key = 'password') => ({ name, valueFrom: { secretKeyRef: { name: 's', key } } });

describe('the task definition', () => {
  it('holds a single container, essential, and nothing beside it', () => {
    const { definition } = plan(
      startPod([
        {
          command: ['perl'],
          args: ['-e', 'print 1'],
          workingDir: '/work',
          env: [{ name: 'A', value: '1' }],
          resources: { requests: { cpu: '250m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          securityContext: {
            runAsUser: 1000,
            runAsGroup: 2000,
            readOnlyRootFilesystem: true,
            capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] },
          },
        },
      ]),
    );
    expect(definition).toEqual({
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      executionRoleArn: SETTINGS.executionRoleArn,
      taskRoleArn: SETTINGS.taskRoleArn,
      containerDefinitions: [
        {
          name: 'main',
          image: 'busybox',
          essential: true,
          entryPoint: ['perl'],
          command: ['-e', 'print 1'],
          workingDirectory: '/work',
          environment: [{ name: 'A', value: '1' }],
          cpu: 256,
          memory: 256,
          memoryReservation: 128,
          user: '1000:2000',
          readonlyRootFilesystem: true,
          linuxParameters: { capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } },
          stopTimeout: 30,
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/finite/pods',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'finite',
              mode: 'non-blocking',
              'max-buffer-size': '25m',
            },
          },
        },
      ],
    });
  });

  it.each<[string, Partial<PodSpec>, object]>([
    ['ARM64', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }, { runtimePlatform: { cpuArchitecture: 'ARM64' } }],
    ['shared processes', { shareProcessNamespace: true }, { pidMode: 'task' }],
    [
      'more disk than comes without asking',
      { volumes: [{ name: 'v', emptyDir: { sizeLimit: '30Gi' } }] },
      { ephemeralStorage: { sizeInGiB: 30 }, volumes: [{ name: 'v' }] },
    ],
    ['grace', { terminationGracePeriodSeconds: 90 }, { containerDefinitions: [{ stopTimeout: 90 }] }],
    [
      'as much grace as there is',
      { terminationGracePeriodSeconds: 3600 },
      { containerDefinitions: [{ stopTimeout: 120 }] },
    ],
    ['a user for all', { securityContext: { runAsUser: 7 } }, { containerDefinitions: [{ user: '7' }] }],
  ])('says %s', (_, spec, expected) => {
    const { definition } = plan(startPod([{}], spec));
    const { containerDefinitions, ...rest } = expected as { containerDefinitions?: object[] };
    expect(definition).toMatchObject(rest);
    if (containerDefinitions) expect(definition.containerDefinitions).toMatchObject(containerDefinitions);
  });

  it('is the same for all pods of a template, and another for another template', () => {
    const env = [fieldRef('POD', 'metadata.name'), ofSecret('PASSWORD'), { name: 'A', value: 'a' }];
    const args = ['$(POD)'];
    const families = [startPod([{ env, args }]), startPod([{ env, args }])].map((start) => plan(start).family);
    expect(families[0]).toMatch(/^finite-[0-9a-f]{32}$/);
    expect(new Set(families).size).toBe(1);
    expect(plan(startPod([{ env, args, image: 'other' }])).family).not.toBe(families[0]);
  });

  it('leaves the memory of an init container to the size of the task', () => {
    const resources = { limits: { memory: '400Mi', cpu: '250m' } };
    const { definition } = plan(startPod([{ resources }], { initContainers: [{ name: 'i', image: 'i', resources }] }));
    expect(definition).toMatchObject({ cpu: '256', memory: '512' });
    const sum = definition.containerDefinitions!.reduce((total, { memory = 0 }) => total + memory, 0);
    expect(sum).toBeLessThanOrEqual(512);
  });

  it('puts memory volumes into the container that mounts them', () => {
    const volumes = [{ name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }];
    const made = plan(startPod([{ volumeMounts: [{ name: 'm', mountPath: '/dev/shm' }] }], { volumes }));
    expect(definitionOf(made, 'main').linuxParameters).toEqual({
      tmpfs: [{ containerPath: '/dev/shm', size: 64, mountOptions: ['rw', 'mode=0777'] }],
    });
    expect(made.definition.volumes).toBeUndefined();
  });
});

describe('the order of containers', () => {
  const image = 'i';
  it('is: init containers one after the other, sidecars from their turn on, then the container', () => {
    const initContainers = [
      { name: 'first', image },
      { name: 'proxy', image, restartPolicy: 'Always' },
      { name: 'second', image },
    ];
    const made = plan(startPod([{}], { initContainers }));
    const shown = made.definition.containerDefinitions!.map(({ name, essential, dependsOn = [] }) => [
      name,
      essential,
      dependsOn.map(({ containerName, condition }) => `${containerName} ${condition}`),
    ]);
    expect(shown).toEqual([
      ['first', false, []],
      ['proxy', false, ['first SUCCESS']],
      ['second', false, ['first SUCCESS', 'proxy START']],
      ['main', true, ['first SUCCESS', 'proxy START', 'second SUCCESS']],
    ]);
  });

  it('of several containers ends with one that waits for all of them', () => {
    const { definition } = plan(startPod([{ name: 'a' }, { name: 'b' }]));
    expect(definition.containerDefinitions!.map(({ name, essential }) => [name, essential])).toEqual([
      ['a', false],
      ['b', false],
      ['finite-end', true],
    ]);
    expect(definition.containerDefinitions!.at(-1)!.dependsOn).toEqual([
      { containerName: 'a', condition: 'COMPLETE' },
      { containerName: 'b', condition: 'COMPLETE' },
    ]);
  });

  it('of a further attempt leaves out what has ended for good', () => {
    const pod: Pod = {
      ...makePod([{ name: 'a' }, { name: 'b' }, { name: 'c' }], { initContainers: [{ name: 'i', image }] }),
      status: {
        containerStatuses: (['a', 'b'] as const).map((name) => ({
          name,
          image,
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: name === 'a' ? 0 : 1 } },
        })),
      },
    };
    const start = startPod([], {}, { asked: new Set(['b']) }, pod);
    const again = start.containers.map((each) => (each.container === 'b' ? { ...each, attempt: 1 } : each));
    const made = plan({ ...start, containers: again }, { previousTask: 'arn:aws:ecs:r:1:task/finite/abc' });
    expect(made.definition.containerDefinitions!.map(({ name }) => name)).toEqual(['i', 'b', 'c', 'finite-end']);
    expect(overrideOf(made, 'b')!.environment).toEqual([{ name: 'FINITE_ATTEMPT', value: '1' }]);
    expect(overrideOf(made, 'i')!.environment).toContainEqual({ name: 'FINITE_PREVIOUS_TASK', value: 'abc' });
  });
});

describe("what is a pod's own", () => {
  it('is in the overrides, with its name', () => {
    const made = plan(
      startPod([{ env: [fieldRef('POD', 'metadata.name'), { name: 'HELLO', value: 'hello $(POD)' }] }]),
    );
    expect(overrideOf(made, 'main')!.environment).toEqual([
      { name: 'FINITE_POD', value: 'default/pi-abcde' },
      { name: 'POD', value: 'pi-abcde' },
      { name: 'HELLO', value: 'hello pi-abcde' },
    ]);
    expect(definitionOf(made, 'main').environment).toBeUndefined();
  });

  it.each<[string, Partial<Container>, object, readonly string[] | undefined]>([
    ['nothing said', {}, {}, undefined],
    ['arguments', { args: ['a'] }, { command: ['a'] }, undefined],
    ['arguments of its own', { args: ['a', '$(POD)'] }, {}, ['a', 'pi-abcde']],
    ['a command', { command: ['c', 'd'] }, { entryPoint: ['c', 'd'] }, undefined],
    ['both', { command: ['c'], args: ['a'] }, { entryPoint: ['c'], command: ['a'] }, undefined],
    [
      'a word of the command',
      { command: ['c', '$(POD)', 'd'], args: ['a'] },
      { entryPoint: ['c'] },
      ['pi-abcde', 'd', 'a'],
    ],
    ['a word of the arguments', { command: ['c', 'd'], args: ['$(POD)'] }, { entryPoint: ['c', 'd'] }, ['pi-abcde']],
    [
      'the program itself',
      { command: ['$(POD)', 'd'], args: ['a'] },
      { entryPoint: ['pi-abcde'], command: ['d', 'a'] },
      undefined,
    ],
  ])('in the words of a program: %s', (_, container, definition, override) => {
    const made = plan(startPod([{ env: [fieldRef('POD', 'metadata.name')], ...container }]));
    const { entryPoint, command } = definitionOf(made, 'main');
    expect({ ...(entryPoint && { entryPoint }), ...(command && { command }) }).toEqual(definition);
    expect(overrideOf(made, 'main')!.command).toEqual(override);
  });

  it('goes into a file when the overrides grow too long', () => {
    const long = 'x'.repeat(5000);
    const env = [
      fieldRef('POD', 'metadata.name'),
      { name: 'A', value: `$(POD)${long}` },
      { name: 'B', value: `$(POD)${long}` },
    ];
    const made = plan(startPod([{ env }]));
    expect(JSON.stringify(made.overrides).length).toBeLessThanOrEqual(OVERRIDES_MAX);
    expect(fileOf(made, overrideOf(made, 'main'))).toBe(`POD=pi-abcde\nA=pi-abcde${long}\nB=pi-abcde${long}\n`);
  });

  it('makes a definition of its own where its arguments are too long for anything else', () => {
    const env = [fieldRef('POD', 'metadata.name')];
    const made = plan(startPod([{ env, args: [`$(POD)${'x'.repeat(9000)}`] }]));
    expect(definitionOf(made, 'main').command).toEqual([`pi-abcde${'x'.repeat(9000)}`]);
    expect(overrideOf(made, 'main')!.command).toBeUndefined();
  });

  it('is refused where nothing holds it', () => {
    expect(() => plan(startPod([{ args: ['x'.repeat(70_000)] }]))).toThrow(UnfitForTask);
  });

  it('is the role of its ServiceAccount', () => {
    const role = 'arn:aws:iam::1:role/mine';
    const made = plan(startPod([{}], {}, { serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': role } }));
    expect(made.overrides.taskRoleArn).toBe(role);
  });
});

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

test('names of pods as long as they may be still fit', () => {
  const pod = makePod();
  const long = { ...pod, metadata: { ...pod.metadata, namespace: 'n'.repeat(63), name: 'p'.repeat(253) } };
  const made = plan(startPod([], {}, {}, long));
  expect(overrideOf(made, 'main')!.environment![0]!.value).toHaveLength(317);
});
