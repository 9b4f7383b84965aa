import { list, map, quantity, ref, required, string, struct, type InferStruct } from '../../../meta/v1/schema.js';

export const resourceClaim = struct('io.k8s.api.core.v1.ResourceClaim', 'A claim of the pod that a container uses.', {
  name: required(string('The claim, by its name in the pod.')),
  request: string('The only request of the claim that is meant; all of them without it.'),
});
export type ResourceClaim = InferStruct<typeof resourceClaim>;

export const resourceRequirements = struct(
  'io.k8s.api.core.v1.ResourceRequirements',
  'How much of each resource is set aside, and how much may be used at most.',
  {
    claims: list(ref(resourceClaim), 'Claims of the pod whose devices are used.', {
      listType: 'map',
      listMapKeys: ['name'],
    }),
    limits: map(quantity(), 'The most that may be used, by resource.'),
    requests: map(quantity(), 'What is set aside, by resource; on pods it is the limit unless given.'),
  },
);
export type ResourceRequirements = InferStruct<typeof resourceRequirements>;

export const volumeResourceRequirements = struct(
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  'How big a volume must be and may be.',
  {
    limits: map(quantity(), 'The most, by resource.'),
    requests: map(quantity(), 'The least, by resource.'),
  },
);
export type VolumeResourceRequirements = InferStruct<typeof volumeResourceRequirements>;
