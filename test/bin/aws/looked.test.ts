import { expect, it } from 'vitest';
import { look } from '../../../bin/aws/looked.js';

const failing = (message: string, httpStatusCode?: number) => () =>
  Promise.reject(Object.assign(new Error(message), httpStatusCode !== undefined && { $metadata: { httpStatusCode } }));

it('tells what is found, or what an error says', async () => {
  expect(await look(async () => 3)).toEqual({ found: 3 });
  expect(await look(failing('not authorized', 403))).toEqual({ unknown: 'not authorized' });
  expect(await look(failing('UnknownError'))).toEqual({ unknown: 'UnknownError' });
});

it.each(['UnknownError', 'Unknown', ''])(
  'tells what was answered where the SDK has no words for it: "%s"',
  async (text) => {
    expect(await look(failing(text, 400))).toEqual({
      unknown: expect.stringMatching(/^answered with HTTP 400 and no reason/),
    });
  },
);
