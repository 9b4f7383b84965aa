import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { apiAddress, type AddressOptions } from '../api-address.js';
import type { Credentials } from '../make-token.js';
import { listResources, readStack, type Stack, type StackResource } from '../stack.js';
import { examineApi } from './api.js';
import { check, type Finding } from './finding.js';
import { examineQuotas } from './quotas.js';
import { examineAlarms, examineCluster, examineDeadLetters, examineLogs } from './resources.js';
import { whoAmI } from './who-am-i.js';

export interface DoctorClients {
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly ecs: Pick<ECSClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly cloudWatch: Pick<CloudWatchClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly quotas: Pick<ServiceQuotasClient, 'send'>;
}

export interface Patient extends AddressOptions {
  readonly stack: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Looks at a deployed stack: what is wrong, and what to do about it. Where its stack is not there, that is all. */
export async function examine(clients: DoctorClients, patient: Patient, now: Date): Promise<readonly Finding[]> {
  const { region, credentials } = patient;
  const identity = await check('credentials', () => examineIdentity(credentials, region));
  if (identity.verdict === 'bad') return [identity];
  const where: Finding = { subject: 'region', verdict: 'ok', text: region };
  const stack = await readStack(clients.cloudFormation, patient.stack, region).catch((error: Error) => error);
  if (stack instanceof Error) return [identity, where, { subject: 'stack', verdict: 'bad', text: stack.message }];
  const address = await apiAddress(stack, patient);
  const resources = memory(() => listResources(clients.cloudFormation, stack.name));
  const rest = await Promise.all([
    check('API', () => examineApi(stack, address, credentials)),
    check('ECS cluster', () => examineCluster(clients.ecs, stack.clusterName)),
    check('Fargate quotas', () => examineQuotas(clients, now)),
    check('dead letters', async () => examineDeadLetters(clients.sqs, await resources())),
    check('alarms', async () => examineAlarms(clients.cloudWatch, await resources())),
    check('logs', async () => examineLogs(clients.logs, await resources())),
  ]);
  return [identity, where, { subject: 'stack', ...verdictOn(stack) }, ...rest];
}

/** Asked for once, by whoever needs it first. */
function memory(read: () => Promise<readonly StackResource[]>): () => Promise<readonly StackResource[]> {
  let known: Promise<readonly StackResource[]> | undefined;
  return () => (known ??= read());
}

async function examineIdentity(credentials: Credentials, region: string): Promise<Omit<Finding, 'subject'>> {
  try {
    return { verdict: 'ok', text: await whoAmI(credentials, region) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const isVerdict = text.startsWith('STS answers');
    const wayOut = isVerdict
      ? 'log in again (aws sso login), or name another --profile'
      : 'can AWS be reached from here?';
    return { verdict: 'bad', text, wayOut };
  }
}

function verdictOn({ name, status }: Stack): Omit<Finding, 'subject'> {
  const text = `${name} is ${status}`;
  if (status.endsWith('_IN_PROGRESS')) return { verdict: 'ok', text: `${text}: a change is under way` };
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    const wayOut = 'the last deployment failed and was undone: its events in CloudFormation say why';
    return { verdict: 'bad', text, wayOut };
  }
  if (/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return { verdict: 'ok', text };
  return { verdict: 'bad', text, wayOut: 'its events in CloudFormation say why; then deploy it again' };
}
