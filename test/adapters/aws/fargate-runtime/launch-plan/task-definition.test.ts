import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../../../../lib/apis/core/v1/pod/types.js';
import { makePod } from '../../../../support/pods.js';
import { definitionOf, fieldRef, ofSecret, overrideOf, plan, SETTINGS, startPod } from './starts.js';

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
