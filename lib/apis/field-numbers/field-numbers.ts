/**
 * The numbers by which protobuf names the fields of the API types, read from the `generated.proto` files of
 * `k8s.io/api` and `k8s.io/apimachinery` at v0.36.6. Kubernetes never changes a number it has given.
 *
 * A type that Go embeds in another (see `StructOptions.embeds`) is a message of its own inside the outer one, though
 * JSON does not show it: `Volume: { name: 1, VolumeSource: 2 }`. `apiVersion` and `kind` of a whole document have no
 * number, since they travel in the envelope around it.
 *
 * A further type needs its line in the file of its group; a test names the types and fields that have none.
 */
import { autoscaling } from './autoscaling.js';
import { batch } from './batch.js';
import { containers } from './containers.js';
import type { Messages } from './messages.js';
import { meta } from './meta.js';
import { objects } from './objects.js';
import { pod } from './pod.js';
import { podStatus } from './pod-status.js';
import { volumes } from './volumes.js';

/** By package. */
export const fieldNumbers: Readonly<Record<string, Messages>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1': meta,
  'io.k8s.api.core.v1': { ...objects, ...pod, ...containers, ...volumes, ...podStatus },
  'io.k8s.api.batch.v1': batch,
  'io.k8s.api.autoscaling.v1': autoscaling,
};
