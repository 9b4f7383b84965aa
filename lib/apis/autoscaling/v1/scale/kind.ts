import type { Kind } from '../../../meta/v1/kind.js';
import { scale, type Scale } from './types.js';

/** Served only as a sub-resource of what can be scaled. */
export const scaleKind: Kind<Scale> = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  resource: 'scales',
  singular: 'scale',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: scale,
};
