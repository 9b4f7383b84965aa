import { invalidValue, requiredValue, tooLongValue, type FieldError } from '../../../meta/v1/field-error.js';
import { decodeBase64Text } from '../../../meta/v1/base64.js';
import { JsonSyntaxError, parseJson } from '../../../meta/v1/json.js';
import { configMapKeyProblems } from '../../../meta/v1/validation/names.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import { addInvalid, checkImmutable } from '../../../meta/v1/validation/rules.js';
import { refuseChanges } from '../configmap/validation.js';
import { base64Bytes, DATA_BYTES_MAX } from '../data-size.js';
import type { Secret } from './types.js';

const serviceAccountName = 'kubernetes.io/service-account.name';

/** The keys that a Secret of a known type must have. */
const requiredKeys = new Map([
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
]);

export function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret.metadata, { namespaced: true });
  const { data = {} } = secret;
  let size = 0;
  for (const key in data) {
    addInvalid(errors, `data[${key}]`, key, configMapKeyProblems(key));
    size += base64Bytes(data[key] ?? '');
  }
  if (size > DATA_BYTES_MAX) errors.push(tooLongValue('data', DATA_BYTES_MAX));
  validateType(secret, data, errors);
  return errors;
}

type Data = NonNullable<Secret['data']>;

function validateType({ type = '', metadata }: Secret, data: Data, errors: FieldError[]): void {
  const missing = (key: string) => !Object.hasOwn(data, key);
  const need = (key: string) => errors.push(requiredValue(`data[${key}]`));
  for (const key of requiredKeys.get(type) ?? []) {
    if (missing(key)) need(key);
    else if (type !== 'kubernetes.io/tls') validateJsonObject(data[key] ?? '', `data[${key}]`, errors);
  }
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[serviceAccountName]) {
    errors.push(requiredValue(`metadata.annotations[${serviceAccountName}]`));
  }
  if (type === 'kubernetes.io/basic-auth' && missing('username') && missing('password')) {
    need('username');
    need('password');
  }
  if (type === 'kubernetes.io/ssh-auth' && !data['ssh-privatekey']) need('ssh-privatekey');
}

/** Registry credentials are JSON; what is wrong with them is told without telling them. */
function validateJsonObject(base64: string, path: string, errors: FieldError[]): void {
  const problem = jsonProblem(decodeBase64Text(base64));
  if (problem !== undefined) errors.push(invalidValue(path, '<secret contents redacted>', problem));
}

function jsonProblem(text: string): string | undefined {
  try {
    const { value } = parseJson(text);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}

export function validateSecretUpdate(next: Secret, previous: Secret): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  checkImmutable(next.type ?? '', previous.type ?? '', 'type', errors);
  refuseChanges(next, previous, ['data'], errors);
  return [...errors, ...validateSecret(next)];
}
