import { afterEach, expect, it, vi } from 'vitest';
import { JsonLog } from '../../../lib/adapters/aws/json-log.js';

afterEach(() => void vi.restoreAllMocks());

it('tells errors and what caused them by name and message, and nothing else they carry', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const cause = Object.assign(new TypeError('no network'), { $response: { headers: { authorization: 'secret' } } });
  const error = Object.assign(new Error('the pod could not be looked at', { cause }), { request: 'secret' });
  new JsonLog().warn('A key failed.', { key: 'default/pi', error });
  expect(warn.mock.calls).toEqual([
    [
      {
        message: 'A key failed.',
        key: 'default/pi',
        error: {
          name: 'Error',
          message: 'the pod could not be looked at',
          stack: error.stack,
          cause: { name: 'TypeError', message: 'no network', stack: cause.stack },
        },
      },
    ],
  ]);
});
