import { encodeBase64 } from '../../../meta/v1/base64.js';
import { fill } from '../../../meta/v1/defaults.js';
import type { Secret } from './types.js';

/** `stringData` is only a way to write `data`, over which it wins; it is never kept. */
export function defaultSecret(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return fill(secret, { type: 'Opaque' });
  const written = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)]);
  const data: Secret['data'] = { ...secret.data, ...Object.fromEntries(written) };
  return fill<Secret>({ ...rest, data }, { type: 'Opaque' });
}
