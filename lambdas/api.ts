import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CloudWatchLogs } from '../lib/adapters/aws/cloudwatch-logs/cloudwatch-logs.js';
import { fargatePlatform } from '../lib/adapters/aws/fargate-runtime/unsupported.js';
import { NODE_NAME } from '../lib/adapters/aws/fargate-runtime/names.js';
import { IamAuthenticator } from '../lib/adapters/aws/iam-authenticator/iam-authenticator.js';
import { stsEndpoint } from '../lib/adapters/aws/iam-authenticator/sts-request.js';
import { functionUrlHandler, type StreamingRuntime } from '../lib/adapters/aws/lambda-http/function-url.js';
import { serviceClientDefaults } from '../lib/adapters/aws/service-client.js';
import type { Pod } from '../lib/apis/core/v1/pod/types.js';
import { createApiServer } from '../lib/apiserver/app.js';
import { kubernetesVersion } from '../lib/apiserver/kubernetes-version.js';
import { parseSchedule } from '../lib/controllers/cronjob/schedule.js';
import { clock, configuration, ids, log, store } from './wiring/base.js';

/** The Kubernetes API on a function URL. */

const podLogs = new CloudWatchLogs({
  client: new CloudWatchLogsClient({ ...serviceClientDefaults }),
  logGroup: configuration.text('logGroup'),
  clock,
  podOf: async ({ uid, namespace, name }) => {
    const object = (await store.get({ resource: 'pods', namespace, name }))?.object;
    return object?.metadata.uid === uid ? (object as unknown as Pod) : undefined;
  },
});

const server = createApiServer({
  store,
  clock,
  ids,
  podLogs,
  parseSchedule,
  nodeName: NODE_NAME,
  platform: fargatePlatform,
  authenticator: new IamAuthenticator({
    clusterId: configuration.text('clusterId'),
    region: process.env['AWS_REGION'] ?? '',
    admins: configuration.json('admins') as readonly string[],
    clock,
    endpoint: stsEndpoint(process.env),
    onRefusal: (reason) => log.info('A token is not believed.', { reason }),
  }),
  version: { gitVersion: kubernetesVersion },
  onError: (error, { method, url }) => log.warn('A request failed.', { method, path: new URL(url).pathname, error }),
});

const { awslambda } = globalThis as { readonly awslambda?: Partial<StreamingRuntime> };

export const handler = functionUrlHandler((request) => server.fetch(request), awslambda);
