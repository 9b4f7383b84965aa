import { ApiError } from '../../local/api-client.js';
import { connectTo } from '../../local/https-client.js';
import { wayToReach, type ApiAddress } from '../api-address.js';
import { connectToStack } from '../kubernetes.js';
import type { Credentials } from '../make-token.js';
import type { Stack } from '../stack.js';
import type { Finding } from './finding.js';

const anything = '/api/v1/namespaces?limit=1';

/** Whether the API lets nobody in who is nobody, and lets us in. */
export async function examineApi(
  stack: Stack,
  address: ApiAddress,
  credentials: Credentials,
): Promise<Omit<Finding, 'subject'>> {
  const { server } = address;
  const stranger = await answerTo(async () => connectTo({ ...address, namespace: 'default' }));
  if (stranger === undefined) {
    return { verdict: 'bad', text: `${server} lets everybody in`, wayOut: 'deploy it again, and look who has used it' };
  }
  if (stranger !== 401) return notOurs(server, stranger);
  const own = await answerTo(() => connectToStack(stack, address, credentials));
  if (own === undefined) return { verdict: 'ok', text: `${server} answers 401 without a token, 200 with yours` };
  if (own === 403) {
    const wayOut = 'give its ARN to the stack as an admin and deploy';
    return { verdict: 'bad', text: `${server} knows your identity, which may do nothing there`, wayOut };
  }
  if (own === 401) {
    const wayOut = 'look at this machine’s clock, and whether the identity is of the same AWS partition';
    return { verdict: 'bad', text: `${server} does not believe your token`, wayOut };
  }
  return notOurs(server, own);
}

/** No answer, or none of the API's. */
function notOurs(server: string, what: number | Error): Omit<Finding, 'subject'> {
  const text = typeof what === 'number' ? `${server} answers ${what}` : what.message;
  return { verdict: 'bad', text, wayOut: wayToReach(what) ?? 'look at the log of the api function' };
}

/** A code of HTTP; undefined: it is let in. */
async function answerTo(connect: () => Promise<ReturnType<typeof connectTo>>): Promise<number | Error | undefined> {
  try {
    await (await connect()).get(anything);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.status.code;
    return error instanceof Error ? error : new Error(String(error));
  }
}
