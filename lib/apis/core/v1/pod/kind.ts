import type { Kind } from '../../../meta/v1/kind.js';
import { pod, type Pod } from './types.js';

export const podKind: Kind<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: pod,
};
