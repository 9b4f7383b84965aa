import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { serviceClientDefaults } from '../../../lib/adapters/aws/service-client.js';

it('a call that nobody answers is given up', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = new SFNClient({
    requestHandler: { ...serviceClientDefaults.requestHandler, requestTimeout: 50 },
    maxAttempts: 1,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const call = client.send(new ListExecutionsCommand({ stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:m' }));
  await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  client.destroy();
  server.closeAllConnections();
  server.close();
});
