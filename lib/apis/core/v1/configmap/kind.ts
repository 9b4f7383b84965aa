import type { Kind } from '../../../meta/v1/kind.js';
import { configMap, type ConfigMap } from './types.js';

export const configMapKind: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  schema: configMap,
};
