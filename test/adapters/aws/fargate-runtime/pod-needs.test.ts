import { describe, expect, it } from 'vitest';
import { podNeeds } from '../../../../lib/adapters/aws/fargate-runtime/pod-needs.js';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../../lib/apis/core/v1/pod/types.js';

const container = (requests: Record<string, string>, more: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'i',
  ...more,
  resources: { requests, ...more.resources },
});
const sidecar = (requests: Record<string, string>) => container(requests, { restartPolicy: 'Always' });
const needs = (spec: Partial<PodSpec>) => podNeeds({ containers: [container({})], ...spec });

describe('a pod needs', () => {
  it('nothing where nothing is said', () => {
    expect(needs({})).toEqual({ cpu: 0, memory: 0, storage: 0 });
  });

  it('its containers together', () => {
    const containers = [container({ cpu: '250m', memory: '100Mi' }), container({ cpu: '1', memory: '1Gi' })];
    expect(needs({ containers })).toMatchObject({ cpu: 1280, memory: 1124 });
  });

  it('the limit where it is more than the request', () => {
    const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '2' } };
    expect(needs({ containers: [container({}, { resources })] })).toMatchObject({ cpu: 2048, memory: 64 });
  });

  it('the largest init container where that is more', () => {
    const initContainers = [container({ memory: '2Gi' }), container({ memory: '1Gi', cpu: '1' })];
    const containers = [container({ memory: '512Mi', cpu: '2' })];
    expect(needs({ initContainers, containers })).toMatchObject({ cpu: 2048, memory: 2048 });
  });

  it('sidecars beside the containers, and beside the init containers that come after them', () => {
    const initContainers = [
      container({ memory: '900Mi' }),
      sidecar({ memory: '300Mi' }),
      container({ memory: '800Mi' }),
    ];
    expect(needs({ initContainers, containers: [container({ memory: '700Mi' })] })).toMatchObject({ memory: 1100 });
    expect(needs({ initContainers, containers: [container({ memory: '1Gi' })] })).toMatchObject({ memory: 1324 });
  });

  it('what the pod as a whole asks for in place of its containers, and overhead', () => {
    const containers = [container({ cpu: '4' })];
    expect(needs({ containers, resources: { requests: { cpu: '500m' } }, overhead: { cpu: '500m' } }).cpu).toBe(1024);
  });

  it('disk for its containers and its volumes', () => {
    const volumes = [
      { name: 'a', emptyDir: { sizeLimit: '10Gi' } },
      { name: 'm', emptyDir: { sizeLimit: '10Gi', medium: 'Memory' } },
      { name: 'b', emptyDir: {} },
    ];
    expect(needs({ volumes, containers: [container({ 'ephemeral-storage': '512Mi' })] }).storage).toBe(11);
  });

  it('CPU rounded up to units of 1024', () => {
    expect(needs({ containers: [container({ cpu: '1m' })] }).cpu).toBe(2);
  });
});
