import { readCallerArn } from '../../../lib/adapters/aws/iam-authenticator/caller-identity.js';
import { stsHostsBeside } from '../../../lib/adapters/aws/iam-authenticator/partitions.js';
import { sendToSts, stsEndpoint } from '../../../lib/adapters/aws/iam-authenticator/sts-request.js';
import { readToken } from '../../../lib/adapters/aws/iam-authenticator/token.js';
import { makeToken, type Credentials } from '../make-token.js';

/** The ARN that STS knows the credentials' owner by: asked in the way the deployed server asks. */
export async function whoAmI(credentials: Credentials, region: string, environment = process.env): Promise<string> {
  const clusterId = 'finite-doctor';
  const now = new Date();
  const { token } = await makeToken(credentials, { clusterId, region }, now);
  const presigned = readToken(token, { isStsHost: stsHostsBeside(region), now: now.getTime() });
  if ('refused' in presigned) throw new Error(`no token can be made of these credentials: ${presigned.refused}`);
  const { status, contentType, body } = await sendToSts(clusterId, stsEndpoint(environment))(presigned);
  const arn = status === 200 ? readCallerArn(contentType, body) : undefined;
  if (arn === undefined) throw new Error(`STS answers ${status}${codeOf(body)}`);
  return arn;
}

/** `ExpiredToken`, `InvalidClientTokenId` … of an error in JSON or XML. */
function codeOf(body: string): string {
  const [, code] = /(?:"Code"\s*:\s*"|<Code>)(\w+)/.exec(body) ?? [];
  return code === undefined ? '' : ` ${code}`;
}
