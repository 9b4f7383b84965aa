import { readCredentials, requireRegion, type AwsOptions } from '../../aws/credentials.js';
import { execCredential } from '../../aws/exec-credential.js';
import { makeToken } from '../../aws/make-token.js';

/** The `ExecCredential` that proves to a cluster who has the AWS credentials. */
export async function token(options: AwsOptions & { readonly cluster: string }): Promise<string> {
  const [credentials, region] = await Promise.all([readCredentials(options), requireRegion(options)]);
  const made = await makeToken(credentials, { clusterId: options.cluster, region }, new Date());
  return execCredential(made, process.env['KUBERNETES_EXEC_INFO']);
}
