import { describe, expect, it, test } from 'vitest';
import {
  fargatePlatform,
  unsupportedOnFargate,
  withoutEffectOnFargate,
} from '../../../../lib/adapters/aws/fargate-runtime/unsupported.js';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';

const specOf = (spec: Partial<PodSpec>, container: Partial<Container> = {}): PodSpec => ({
  containers: [{ name: 'c', image: 'i', ...container }],
  ...spec,
});
const errorsOf = (spec: Partial<PodSpec>, container?: Partial<Container>) =>
  unsupportedOnFargate(specOf(spec, container), 'spec').map(({ field, message }) => `${field}: ${message}`);

describe('a pod is refused for', () => {
  it.each<[string, Partial<PodSpec>]>([
    ['spec.hostNetwork', { hostNetwork: true }],
    ['spec.hostPID', { hostPID: true }],
    ['spec.hostIPC', { hostIPC: true }],
    ['spec.hostAliases', { hostAliases: [{ ip: '10.0.0.1' }] }],
    ['spec.dnsConfig', { dnsConfig: {} }],
    ['spec.dnsPolicy', { dnsPolicy: 'None' }],
    ['spec.imagePullSecrets', { imagePullSecrets: [{ name: 's' }] }],
    ['spec.resourceClaims', { resourceClaims: [{ name: 'gpu' }] }],
    ['spec.os.name', { os: { name: 'windows' } }],
    ['spec.securityContext.sysctls', { securityContext: { sysctls: [{ name: 'a', value: 'b' }] } }],
    ['spec.securityContext.supplementalGroups', { securityContext: { supplementalGroups: [1] } }],
    ['spec.securityContext.seccompProfile.type', { securityContext: { seccompProfile: { type: 'Unconfined' } } }],
    ['spec.nodeSelector', { nodeSelector: { disk: 'ssd' } }],
    ['spec.nodeSelector[kubernetes.io/arch]', { nodeSelector: { 'kubernetes.io/arch': 's390x' } }],
    ['spec.nodeSelector[finite.dev/capacity]', { nodeSelector: { 'finite.dev/capacity': 'reserved' } }],
    [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
    ],
    ['spec.volumes[0].hostPath', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }],
    ['spec.volumes[0].persistentVolumeClaim', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }],
    ['spec.volumes[0].nfs', { volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }],
    ['spec.volumes[0].emptyDir.sizeLimit', { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] }],
    ['spec.volumes[0].emptyDir.medium', { volumes: [{ name: 'v', emptyDir: { medium: 'HugePages' } }] }],
    [
      'spec.volumes[0].projected.sources[0].serviceAccountToken',
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
    ],
    [
      'spec.volumes[0].downwardAPI.items[0].fieldRef.fieldPath',
      { volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'status.podIP' } }] } }] },
    ],
  ])('%s', (field, spec) => {
    const errors = errorsOf(spec);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${field.replaceAll(/[.[\]/]/g, String.raw`\$&`)}: \\S`));
  });

  it.each<[string, Partial<Container>]>([
    ['name', { name: 'finite-end' }],
    ['securityContext.privileged', { securityContext: { privileged: true } }],
    [
      'securityContext.capabilities.add[0]',
      { securityContext: { capabilities: { add: ['SYS_ADMIN', 'SYS_PTRACE'] } } },
    ],
    ['securityContext.procMount', { securityContext: { procMount: 'Unmasked' } }],
    ['securityContext.runAsGroup', { securityContext: { runAsGroup: 1 } }],
    ['securityContext.runAsNonRoot', { securityContext: { runAsNonRoot: true } }],
    ['securityContext.seccompProfile.type', { securityContext: { seccompProfile: { type: 'Localhost' } } }],
    ['resources.limits[nvidia.com/gpu]', { resources: { limits: { 'nvidia.com/gpu': '1' } } }],
    ['resources.requests[hugepages-2Mi]', { resources: { requests: { 'hugepages-2Mi': '2Mi' } } }],
    ['ports[0].hostPort', { ports: [{ containerPort: 80, hostPort: 80 }] }],
    ['volumeDevices[0]', { volumeDevices: [{ name: 'd', devicePath: '/dev/x' }] }],
    ['volumeMounts[0].subPathExpr', { volumeMounts: [{ name: 'v', mountPath: '/m', subPathExpr: '$(A)' }] }],
    [
      'env[0].valueFrom.fieldRef.fieldPath',
      { env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
    ],
  ])('a container: %s', (field, container) => {
    const [error, ...more] = errorsOf({}, container);
    expect(more).toEqual([]);
    expect(error!.startsWith(`spec.containers[0].${field}: `)).toBe(true);
  });

  it('a size that does not exist, naming the nearest', () => {
    expect(errorsOf({}, { resources: { requests: { cpu: '2', memory: '150Gi' } } })).toEqual([
      'spec.containers: Invalid value: "2 vCPU with 150 GiB": the containers need more together than a task on ' +
        'Fargate can have; the nearest sizes are 2 vCPU with 16 GiB and 16 vCPU with 120 GiB',
    ]);
    expect(errorsOf({}, { resources: { requests: { 'ephemeral-storage': '201Gi' } } })[0]).toContain('200 GiB of disk');
  });

  it('memory that several containers share', () => {
    const mount = { volumeMounts: [{ name: 'm', mountPath: '/m' }] };
    const containers = ['a', 'b'].map((name) => ({ name, image: 'i', ...mount }));
    const volumes = [{ name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } }];
    expect(errorsOf({ containers, volumes })).toEqual([expect.stringContaining('spec.volumes[0].emptyDir.medium')]);
    expect(errorsOf({ volumes }, mount)).toEqual([]);
  });
});

test('what most pods say is let in', () => {
  const spec: Partial<PodSpec> = {
    restartPolicy: 'OnFailure',
    dnsPolicy: 'ClusterFirst',
    nodeSelector: { 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux', 'finite.dev/capacity': 'spot' },
    securityContext: {
      runAsUser: 1000,
      runAsGroup: 1000,
      runAsNonRoot: true,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    shareProcessNamespace: true,
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }],
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    },
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'config', configMap: { name: 'c' } },
      { name: 'secret', secret: { secretName: 's' } },
      { name: 'kube-api-access-abcde', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
  };
  const container: Partial<Container> = {
    resources: { requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '1' } },
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ports: [{ containerPort: 80 }],
  };
  expect(errorsOf(spec, container)).toEqual([]);
});

test('init containers are looked at too, and templates below their path', () => {
  const initContainers = [{ name: 'i', image: 'i', securityContext: { privileged: true } }];
  const template = { spec: specOf({ initContainers }) };
  expect(fargatePlatform.refusals(template, 'spec.template').map(({ field }) => field)).toEqual([
    'spec.template.spec.initContainers[0].securityContext.privileged',
  ]);
  expect(fargatePlatform.refusals(template, '').map(({ field }) => field)).toEqual([
    'spec.initContainers[0].securityContext.privileged',
  ]);
});

test.each([
  ['finite.dev/capacity', 'cheap'],
  ['finite.dev/spot-attempts', '0'],
  ['finite.dev/spot-attempts', 'two'],
])('the annotation %s does not take %s', (name, value) => {
  const template = { metadata: { annotations: { [name]: value } }, spec: specOf({}) };
  expect(fargatePlatform.refusals(template, '').map(({ field }) => field)).toEqual([`metadata.annotations[${name}]`]);
});

test('what has no effect is told', () => {
  const probe = { exec: { command: ['true'] } };
  const spec = specOf(
    { terminationGracePeriodSeconds: 600, hostname: 'h' },
    { livenessProbe: probe, lifecycle: { preStop: probe }, securityContext: { allowPrivilegeEscalation: false } },
  );
  expect(withoutEffectOnFargate(spec, 'spec').map((text) => text.split(': ')[0])).toEqual([
    'spec.hostname',
    'spec.terminationGracePeriodSeconds',
    'spec.containers[0].livenessProbe',
    'spec.containers[0].lifecycle.preStop',
    'spec.containers[0].securityContext.allowPrivilegeEscalation',
  ]);
  expect(withoutEffectOnFargate(specOf({ terminationGracePeriodSeconds: 120 }), 'spec')).toEqual([]);
});
