import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SQSClient } from '@aws-sdk/client-sqs';
import { findRegion, readCredentials } from '../../aws/credentials.js';
import { examine } from '../../aws/doctor/doctor.js';
import { findingsJson, findingsText, isWell, type Finding } from '../../aws/doctor/finding.js';
import type { AwsStatusOptions } from './status.js';

/** Says what is wrong with a deployed stack; resolves with false where something is. */
export async function doctor(
  options: AwsStatusOptions,
  out: { write(text: string): unknown } = process.stdout,
): Promise<boolean> {
  const findings = await findingsOn(options);
  out.write(options.output === 'json' ? findingsJson(findings) : findingsText(findings));
  return isWell(findings);
}

async function findingsOn(options: AwsStatusOptions): Promise<readonly Finding[]> {
  const region = await findRegion(options);
  const wayOut = 'set it by --region, AWS_REGION or in the profile';
  if (region === undefined) return [{ subject: 'region', verdict: 'bad', text: 'no AWS region is set', wayOut }];
  const credentials = await readCredentials(options).catch((error: Error) => error);
  if (credentials instanceof Error) return [{ subject: 'credentials', verdict: 'bad', text: credentials.message }];
  const config = { region, credentials };
  const clients = {
    cloudFormation: new CloudFormationClient(config),
    ecs: new ECSClient(config),
    sqs: new SQSClient(config),
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    quotas: new ServiceQuotasClient(config),
  };
  return examine(clients, { ...options, region, credentials }, new Date());
}
