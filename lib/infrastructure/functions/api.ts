import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, InvokeMode, type FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ownLogStreams, readAndWriteObjects } from '../grants.js';
import { FiniteFunction } from './finite-function.js';
import type { Surroundings } from './settings.js';

/** The Kubernetes API: reads and writes objects, reads pods' logs. It launches nothing. */
export function apiFunction(scope: Construct, around: Surroundings): { api: FiniteFunction; url: FunctionUrl } {
  const { clusterId, props, settings, table, pods } = around;
  const api = new FiniteFunction(scope, 'Api', {
    ...settings,
    entry: 'api',
    description: 'the Kubernetes API',
    memoryMb: 512,
    // The longest there is: a watch or `logs -f` lives in one invocation, and clients begin a new one where it ended.
    timeout: Duration.minutes(15),
    environment: {
      table: table.tableName,
      logGroup: pods.logGroup.logGroupName,
      clusterId,
      admins: JSON.stringify(props.admins),
    },
    statements: [
      readAndWriteObjects(table),
      new PolicyStatement({
        actions: ['logs:GetLogEvents'],
        resources: [pods.logGroup.logGroupArn],
      }),
    ],
    accepted: [ownLogStreams],
  });
  // Requests carry their own proof of who asks, which the function checks: kubectl does not sign as IAM wants it.
  const url = api.addFunctionUrl({ authType: FunctionUrlAuthType.NONE, invokeMode: InvokeMode.RESPONSE_STREAM });
  return { api, url };
}
