import { describe, expect, it } from 'vitest';
import { inputReferences } from '../../../../lib/controllers/pod/inputs/references.js';
import { podWith } from './resolved-pods.js';

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
