import type { Kind } from '../../../meta/v1/kind.js';
import { serviceAccount, type ServiceAccount } from './types.js';

export const serviceAccountKind: Kind<ServiceAccount> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  schema: serviceAccount,
};
