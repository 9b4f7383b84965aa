import { describe, expect, it } from 'vitest';
import { admitPod, serviceAccountNameOf } from '../../../../../lib/apis/core/v1/pod/admission.js';
import type { Pod } from '../../../../../lib/apis/core/v1/pod/types.js';
import type { ServiceAccount } from '../../../../../lib/apis/core/v1/serviceaccount/types.js';

const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } } as ServiceAccount;
const admission = { serviceAccount: account, volumeSuffix: 'abcde' };

function podOf(spec: object): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'ns' }, spec } as unknown as Pod;
}

describe('a new pod', () => {
  it('gets the token of its service account into every container', () => {
    const { spec } = admitPod(podOf({ containers: [{ name: 'a' }], initContainers: [{ name: 'b' }] }), admission);
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.volumes?.map(({ name }) => name)).toEqual(['kube-api-access-abcde']);
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      expect(container.volumeMounts).toEqual([
        {
          name: 'kube-api-access-abcde',
          readOnly: true,
          mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
        },
      ]);
    }
  });

  it.each([
    ['pod', { containers: [{ name: 'a' }], automountServiceAccountToken: false }, admission],
    [
      'account',
      { containers: [{ name: 'a' }] },
      { ...admission, serviceAccount: { ...account, automountServiceAccountToken: false } },
    ],
  ])('gets none where the %s does not want it', (_, spec, without) => {
    expect(admitPod(podOf(spec), without).spec.volumes).toBeUndefined();
  });

  it('leaves alone what it was made of', () => {
    const pod = podOf({ containers: [{ name: 'a' }] });
    const before = structuredClone(pod);
    admitPod(pod, admission);
    expect(pod).toEqual(before);
  });

  it('stays for five minutes on a node in trouble, unless it says otherwise', () => {
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    const { tolerations } = admitPod(podOf({ containers: [{ name: 'a' }], tolerations: [own] }), admission).spec;
    expect(tolerations?.map((toleration) => [toleration.key, toleration.tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 5],
      ['node.kubernetes.io/unreachable', 300],
    ]);
  });

  it('has the priority of its class', () => {
    const spec = { containers: [{ name: 'a' }], priorityClassName: 'system-node-critical' };
    const admitted = admitPod(podOf(spec), admission).spec;
    expect([admitted.priority, admitted.preemptionPolicy]).toEqual([2_000_001_000, 'PreemptLowerPriority']);
  });

  it('is refused with a class nobody knows, or without its service account', () => {
    const spec = { containers: [{ name: 'a' }], priorityClassName: 'other' };
    expect(() => admitPod(podOf(spec), admission)).toThrow('no PriorityClass with name other was found');
    const pod = podOf({ containers: [{ name: 'a' }], serviceAccountName: 'robot' });
    expect(serviceAccountNameOf(pod)).toBe('robot');
    const missing = { ...admission, serviceAccount: undefined };
    expect(() => admitPod(pod, missing)).toThrow(
      'error looking up service account ns/robot: serviceaccount "robot" not found',
    );
  });
});
