import type { Kind } from '../../../meta/v1/kind.js';
import { namespace, type Namespace } from './types.js';

export const namespaceKind: Kind<Namespace> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  schema: namespace,
};
