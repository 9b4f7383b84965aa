import { describe, expect, it } from 'vitest';
import {
  containerSpec,
  type ContainerPlaces,
} from '../../../../lib/adapters/local/container-runtime/container-spec.js';
import { joinNetwork, ownNetwork } from '../../../../lib/adapters/local/container-runtime/network-spec.js';
import { runAsNonRootProblem } from '../../../../lib/adapters/local/container-runtime/run-as-non-root.js';
import { needsSandbox } from '../../../../lib/adapters/local/container-runtime/sandbox.js';
import {
  unsupportedInContainer,
  unsupportedInPod,
} from '../../../../lib/adapters/local/container-runtime/unsupported.js';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';
import type { ContainerStart } from '../../../../lib/ports/pod-runtime.js';
import { makePod, startOf } from '../../../support/pods.js';

const places: ContainerPlaces = {
  labels: {},
  sandbox: undefined,
  sources: new Map(),
  terminationLog: '/log',
  imageUser: '',
  isPodman: false,
  relabel: false,
};

function specOf(
  container: Partial<Container>,
  spec: Partial<PodSpec> = {},
  more: Partial<ContainerStart & ContainerPlaces> = {},
) {
  const pod = makePod([container], spec);
  return containerSpec(startOf(pod, more), pod.spec.containers[0]!, { ...places, ...more });
}

const hostConfigOf = (...args: Parameters<typeof specOf>) => specOf(...args).HostConfig;

describe('a container', () => {
  it.each<[string, Partial<ContainerStart>, object]>([
    ['neither', {}, { Entrypoint: undefined, Cmd: undefined }],
    ['args', { args: ['a'] }, { Entrypoint: undefined, Cmd: ['a'] }],
    ['a command', { command: ['c'] }, { Entrypoint: ['c'], Cmd: [] }],
    ['both', { command: ['c'], args: ['a'] }, { Entrypoint: ['c'], Cmd: ['a'] }],
  ])("with %s replaces the image's entry point as Kubernetes does", (_, start, expected) => {
    const { Entrypoint, Cmd } = specOf({}, {}, start);
    expect({ Entrypoint, Cmd }).toEqual(expected);
  });

  it('has its limits, with no swap beside them', () => {
    const resources = { limits: { cpu: '1500m', memory: '64Mi' }, requests: { cpu: '250m' } };
    expect(hostConfigOf({ resources })).toMatchObject({
      NanoCpus: 1_500_000_000,
      Memory: 67_108_864,
      MemorySwap: 67_108_864,
      CpuShares: 256,
    });
  });

  it.each<[Partial<PodSpec>, Container['securityContext'], string, string | undefined]>([
    [{}, undefined, '', undefined],
    [{ securityContext: { runAsUser: 1 } }, undefined, '', '1'],
    [{ securityContext: { runAsUser: 1, runAsGroup: 2 } }, { runAsUser: 3 }, '', '3:2'],
    [{}, { runAsGroup: 2 }, 'app:app', 'app:2'],
    [{}, { runAsGroup: 2 }, '', '0:2'],
    [{}, { runAsUser: 0 }, 'app', '0'],
  ])('of a pod with %j, with %j and an image for %j runs as %j', (spec, securityContext, imageUser, user) => {
    expect(specOf({ securityContext }, spec, { imageUser }).User).toBe(user);
  });

  it('has its security context', () => {
    const securityContext: Container['securityContext'] = {
      privileged: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
      seccompProfile: { type: 'Unconfined' },
      seLinuxOptions: { level: 's0:c1,c2' },
    };
    const pod = { securityContext: { fsGroup: 5, supplementalGroups: [6] } };
    expect(hostConfigOf({ securityContext }, pod)).toMatchObject({
      Privileged: true,
      ReadonlyRootfs: true,
      CapAdd: ['NET_ADMIN'],
      CapDrop: ['ALL'],
      GroupAdd: ['6', '5'],
      SecurityOpt: ['no-new-privileges', 'seccomp=unconfined', 'label=level:s0:c1,c2'],
    });
  });

  it('has its mounts, what comes from the API read-only, and its termination message', () => {
    const mount = { readOnly: false, subPath: '' };
    const container: Partial<Container> = {
      terminationMessagePath: '/dev/message',
      volumeMounts: [{ name: 'host', mountPath: '/host', mountPropagation: 'HostToContainer' }],
    };
    const start: Partial<ContainerStart & ContainerPlaces> = {
      volumes: [
        { name: 'scratch', type: 'empty', medium: '', sizeLimitBytes: undefined },
        { name: 'conf', type: 'files', files: [] },
        { name: 'host', type: 'host-path', path: '/srv', pathType: '' },
      ],
      mounts: [
        { ...mount, volume: 'scratch', mountPath: '/scratch' },
        { ...mount, volume: 'conf', mountPath: '/conf' },
        { ...mount, volume: 'host', mountPath: '/host' },
      ],
      sources: new Map([
        ['/scratch', '/v/scratch'],
        ['/conf', '/v/conf'],
        ['/host', '/srv'],
      ]),
      relabel: true,
    };
    expect(hostConfigOf(container, {}, start)['Binds']).toEqual([
      '/v/scratch:/scratch:rw,z',
      '/v/conf:/conf:ro,z',
      '/srv:/host:rw,rslave',
      '/log:/dev/message:rw,z',
    ]);
  });
});

describe('a network', () => {
  it('has names, name servers and ports of its pod', () => {
    const pod = makePod([{ ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 9 }] }], {
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }],
      dnsConfig: {
        nameservers: ['9.9.9.9'],
        searches: ['x.y'],
        options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
      },
    });
    expect(ownNetwork(pod, false)).toEqual({
      config: { Hostname: 'pi-abcde', ExposedPorts: { '80/tcp': {} } },
      hostConfig: {
        ExtraHosts: ['a:1.2.3.4', 'b:1.2.3.4'],
        Dns: ['9.9.9.9'],
        DnsSearch: ['x.y'],
        DnsOptions: ['ndots:2', 'rotate'],
        PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
      },
    });
  });

  it("is the host's when the pod asks for it", () => {
    const pod = makePod([{ ports: [{ containerPort: 80, hostPort: 80 }] }], { hostNetwork: true, hostPID: true });
    expect(ownNetwork(pod, false)).toEqual({ config: {}, hostConfig: { NetworkMode: 'host', PidMode: 'host' } });
  });

  it('is joined without what the engine takes from the sandbox', () => {
    const pod = makePod([{}, { name: 'b' }], { shareProcessNamespace: true });
    expect(joinNetwork(pod, 's', false)).toEqual({
      config: {},
      hostConfig: { NetworkMode: 'container:s', IpcMode: 'container:s', PidMode: 'container:s' },
    });
    expect(joinNetwork(pod, 's', true).config).toEqual({ Hostname: 'pi-abcde' });
  });
});

describe('a sandbox', () => {
  it.each<[string, boolean, Parameters<typeof makePod>]>([
    ['one container', false, [[{}]]],
    ['one container after another', false, [[{}], { initContainers: [{ name: 'i' }] }]],
    ['two containers', true, [[{}, { name: 'b' }]]],
    ['a sidecar', true, [[{}], { initContainers: [{ name: 's', restartPolicy: 'Always' }] }]],
    ['a shared process namespace', true, [[{}], { shareProcessNamespace: true }]],
    ['a volume in memory', true, [[{}], { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] }]],
    ['a volume on disk', false, [[{}], { volumes: [{ name: 'v', emptyDir: {} }] }]],
    [
      'its address in a variable',
      true,
      [[{ env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] }]],
    ],
  ])('of a pod with %s: %s', (_, expected, args) => {
    expect(needsSandbox(makePod(...args))).toBe(expected);
  });
});

describe('runAsNonRoot', () => {
  it.each([
    [{ runAsNonRoot: true }, '', /image will run as root/],
    [{ runAsNonRoot: true }, '0:0', /image will run as root/],
    [{ runAsNonRoot: true }, 'app', /non-numeric user \(app\)/],
    [{ runAsNonRoot: true }, '1000:1000', undefined],
    [{ runAsNonRoot: true, runAsUser: 0 }, '1000', /runAsUser breaks non-root policy/],
    [{ runAsNonRoot: true, runAsUser: 1 }, '', undefined],
    [{ runAsNonRoot: false }, '', undefined],
  ])('%j and an image for %j', (securityContext, imageUser, problem) => {
    const pod = makePod([{ securityContext }]);
    const found = runAsNonRootProblem(pod, pod.spec.containers[0]!, imageUser);
    if (problem) expect(found).toMatch(problem);
    else expect(found).toBeUndefined();
  });
});

describe('what an engine cannot do', () => {
  it('is said, field by field', () => {
    const pod = makePod(
      [
        {
          resources: { limits: { cpu: '1', 'example.com/gpu': '1' } },
          securityContext: { procMount: 'Unmasked' },
          tty: true,
        },
      ],
      { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }], runtimeClassName: 'x' },
    );
    const fields = [...unsupportedInPod(pod), ...unsupportedInContainer(pod.spec.containers[0]!)].map(
      ({ message }) => message.split(' ')[0],
    );
    expect(fields).toEqual([
      'spec.runtimeClassName',
      'spec.volumes',
      'resources.limits',
      'securityContext.procMount',
      'tty',
    ]);
  });
});
