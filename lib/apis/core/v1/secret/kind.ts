import type { Kind } from '../../../meta/v1/kind.js';
import { secret, type Secret } from './types.js';

export const secretKind: Kind<Secret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: secret,
};
