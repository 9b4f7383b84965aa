import { always, int32, ref, required, string, struct, type InferStruct } from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

const scaleSpec = struct('io.k8s.api.autoscaling.v1.ScaleSpec', 'How many there are to be.', {
  replicas: int32('How many pods are to run at the same time.', { default: 0 }),
});

const scaleStatus = struct('io.k8s.api.autoscaling.v1.ScaleStatus', 'How many there are.', {
  replicas: required(int32('How many pods are there now.')),
  selector: string('Selects those pods, in the form of a query.'),
});

export const scale = struct(
  'io.k8s.api.autoscaling.v1.Scale',
  'The size of something that can be made larger and smaller.',
  {
    ...objectFields,
    spec: always(ref(scaleSpec, 'How many there are to be.')),
    status: always(ref(scaleStatus, 'How many there are. It cannot be written.')),
  },
);
export type Scale = Served<InferStruct<typeof scale>>;
