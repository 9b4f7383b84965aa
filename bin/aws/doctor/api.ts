import { ApiError } from '../../local/api-client.js';
import { connectTo } from '../../local/https-client.js';
import { connectToStack } from '../kubernetes.js';
import type { Credentials } from '../make-token.js';
import type { Stack } from '../stack.js';
import type { Finding } from './finding.js';

const anything = '/api/v1/namespaces?limit=1';

/** Whether the API lets nobody in who is nobody, and lets us in. */
export async function examineApi(stack: Stack, credentials: Credentials): Promise<Omit<Finding, 'subject'>> {
  const { apiUrl } = stack;
  const stranger = await codeOf(async () => connectTo({ server: apiUrl, namespace: 'default' }));
  if (stranger === undefined) {
    return { verdict: 'bad', text: `${apiUrl} lets everybody in`, wayOut: 'deploy it again, and look who has used it' };
  }
  if (stranger !== 401) return notOurs(apiUrl, stranger);
  const own = await codeOf(() => connectToStack(stack, credentials));
  if (own === undefined) return { verdict: 'ok', text: `${apiUrl} answers 401 without a token, 200 with yours` };
  if (own === 403) {
    const wayOut = 'give its ARN to the stack as an admin and deploy';
    return { verdict: 'bad', text: `${apiUrl} knows your identity, which may do nothing there`, wayOut };
  }
  if (own === 401) {
    const wayOut = 'look at this machine’s clock, and whether the identity is of the same AWS partition';
    return { verdict: 'bad', text: `${apiUrl} does not believe your token`, wayOut };
  }
  return notOurs(apiUrl, own);
}

function notOurs(apiUrl: string, what: number | string): Omit<Finding, 'subject'> {
  const text = typeof what === 'number' ? `${apiUrl} answers ${what}` : what;
  return { verdict: 'bad', text, wayOut: 'look at the log of the api function' };
}

/** Undefined: it is let in. A text: what came was no answer of the API. */
async function codeOf(connect: () => Promise<ReturnType<typeof connectTo>>): Promise<number | string | undefined> {
  try {
    await (await connect()).get(anything);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.status.code;
    return error instanceof Error ? error.message : String(error);
  }
}
