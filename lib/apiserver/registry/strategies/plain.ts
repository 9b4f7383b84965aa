import { configMapKind } from '../../../apis/core/v1/configmap/kind.js';
import type { ConfigMap } from '../../../apis/core/v1/configmap/types.js';
import { validateConfigMap, validateConfigMapUpdate } from '../../../apis/core/v1/configmap/validation.js';
import { eventKind } from '../../../apis/core/v1/event/kind.js';
import type { Event } from '../../../apis/core/v1/event/types.js';
import { validateEvent, validateNewEvent } from '../../../apis/core/v1/event/validation.js';
import { defaultSecret } from '../../../apis/core/v1/secret/defaults.js';
import { secretKind } from '../../../apis/core/v1/secret/kind.js';
import type { Secret } from '../../../apis/core/v1/secret/types.js';
import { validateSecret, validateSecretUpdate } from '../../../apis/core/v1/secret/validation.js';
import { serviceAccountKind } from '../../../apis/core/v1/serviceaccount/kind.js';
import type { ServiceAccount } from '../../../apis/core/v1/serviceaccount/types.js';
import {
  validateServiceAccount,
  validateServiceAccountUpdate,
} from '../../../apis/core/v1/serviceaccount/validation.js';
import { deletionRulesOf } from '../../../apis/deletion-rules.js';
import type { FieldError } from '../../../apis/meta/v1/field-error.js';
import type { Kind } from '../../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Strategy } from '../strategy.js';
import { keyPairProblem } from './tls-key-pair.js';

interface Rules<T> {
  readonly validate: (object: T) => readonly FieldError[];
  readonly validateUpdate: (next: T, current: T) => readonly FieldError[];
}

/** A kind that is data: nothing of it is reset, generated or kept from its writers. */
function plain<T extends KubeObject>(
  kind: Kind,
  { validate, validateUpdate }: Rules<T>,
  rest: Partial<Strategy<T>> = {},
): Strategy<T> {
  return {
    kind,
    deletion: deletionRulesOf(kind.resource),
    validate,
    main: { prepare: (next) => next, validate: validateUpdate },
    ...rest,
  };
}

export const configMapStrategy = plain<KubeObject & ConfigMap>(configMapKind, {
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
});

export const secretStrategy = plain<KubeObject & Secret>(
  secretKind,
  { validate: validateSecret, validateUpdate: validateSecretUpdate },
  {
    defaults: (secret) => defaultSecret(secret) as KubeObject & Secret,
    warnings: secretWarnings,
    main: { prepare: (next) => next, validate: validateSecretUpdate, warnings: secretWarnings },
  },
);

function secretWarnings({ type, data = {} }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const problem = keyPairProblem(data['tls.crt'] ?? '', data['tls.key'] ?? '');
  return problem === undefined ? [] : [problem];
}

export const serviceAccountStrategy = plain<KubeObject & ServiceAccount>(
  serviceAccountKind,
  { validate: validateServiceAccount, validateUpdate: validateServiceAccountUpdate },
  {
    returnsDeletedObject: true,
    prepareForCreate: withNamesOnly,
    warnings: serviceAccountWarnings,
    main: {
      prepare: withNamesOnly,
      validate: validateServiceAccountUpdate,
      warnings: (next, current) => (hasMountableSecrets(current) ? [] : serviceAccountWarnings(next)),
    },
  },
);

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets';

function hasMountableSecrets({ metadata }: ServiceAccount): boolean {
  return Object.hasOwn(metadata.annotations ?? {}, mountableSecrets);
}

function serviceAccountWarnings(account: ServiceAccount): readonly string[] {
  if (!hasMountableSecrets(account)) return [];
  const advice = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
  return [`metadata.annotations[${mountableSecrets}]: ${advice}`];
}

/** Of a secret an account may use, only the name counts. */
function withNamesOnly<T extends ServiceAccount>(account: T): T {
  if (account.secrets === undefined) return account;
  return { ...account, secrets: account.secrets.map(({ name }) => (name === undefined ? {} : { name })) };
}

export const eventStrategy = plain<KubeObject & Event>(
  eventKind,
  { validate: validateNewEvent, validateUpdate: validateEvent },
  { createsOnUpdate: true },
);
