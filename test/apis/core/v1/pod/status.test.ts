import { describe, expect, it } from 'vitest';
import { preparePodStatus } from '../../../../../lib/apis/core/v1/pod/prepare-status.js';
import { podStatusWarnings } from '../../../../../lib/apis/core/v1/pod/warnings.js';
import type { Pod } from '../../../../../lib/apis/core/v1/pod/types.js';

describe("a pod's status, written anew", () => {
  it('keeps what it does not mention of class and observed generation', () => {
    const current = {
      qosClass: 'Burstable',
      observedGeneration: 2,
      conditions: [
        { type: 'Ready', status: 'False', observedGeneration: 1 },
        { type: 'Ready', status: 'True', observedGeneration: 2 },
      ],
    } as const;
    const next = {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Ready', status: 'True', observedGeneration: 3 },
        { type: 'Other', status: 'True' },
      ],
    } as const;
    expect(preparePodStatus(next, current)).toEqual({
      qosClass: 'Burstable',
      observedGeneration: 2,
      conditions: [
        { type: 'Ready', status: 'True', observedGeneration: 1 },
        { type: 'Ready', status: 'True', observedGeneration: 3 },
        { type: 'Other', status: 'True' },
      ],
    });
  });

  it('warns of addresses in an unusual spelling', () => {
    const status = { podIPs: [{ ip: '10.0.0.1' }, { ip: '2001:DB8::1' }] };
    expect(podStatusWarnings({ status } as unknown as Pod)).toEqual([
      'status.podIPs[1].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
  });
});
