import { expect, test } from 'vitest';
import { TaskDescriptions } from '../../../../lib/adapters/aws/fargate-runtime/describe-tasks.js';
import type { Definition } from '../../../../lib/adapters/aws/fargate-runtime/launch-plan.js';
import { TaskDefinitions } from '../../../../lib/adapters/aws/fargate-runtime/task-definitions.js';
import { FargateWorld } from './fargate-world.js';

const definition: Definition = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
  containerDefinitions: [{ name: 'c', image: 'i', essential: true }],
};

test('a definition is registered once, whoever asks for it and how often', async () => {
  const { ecs } = new FargateWorld();
  const definitions = new TaskDefinitions(ecs.client);
  const arns = await Promise.all([1, 2, 3].map(() => definitions.ensure('finite-a', definition)));
  arns.push(await new TaskDefinitions(ecs.client).ensure('finite-a', definition));
  expect(new Set(arns).size).toBe(1);
  expect(ecs.calls).toMatchObject({ RegisterTaskDefinition: 1, DescribeTaskDefinition: 2 });
});

test('one that somebody took away is registered again once ECS has said so', async () => {
  const { ecs } = new FargateWorld();
  const definitions = new TaskDefinitions(ecs.client);
  const first = await definitions.ensure('finite-a', definition);
  await ecs.handle('DeregisterTaskDefinition', { taskDefinition: first });
  expect(await definitions.ensure('finite-a', definition)).toBe(first);
  definitions.forget('finite-a');
  expect(await definitions.ensure('finite-a', definition)).not.toBe(first);
});

test('what could not be registered is tried again', async () => {
  const { ecs } = new FargateWorld();
  const definitions = new TaskDefinitions(ecs.client);
  ecs.before = (operation) => {
    if (operation === 'RegisterTaskDefinition') throw new Error('connection reset');
  };
  await expect(definitions.ensure('finite-a', definition)).rejects.toThrow('connection reset');
  ecs.before = () => {};
  expect(await definitions.ensure('finite-a', definition)).toMatch(/:task-definition\/finite-a:1$/);
});

test('who asks for tasks while ECS does not answer is told so, and the next are asked anew', async () => {
  const { ecs } = new FargateWorld();
  const descriptions = new TaskDescriptions(ecs.client, 'finite');
  ecs.before = () => {
    throw new Error('connection reset');
  };
  await expect(descriptions.describe('arn:aws:ecs:r:1:task/finite/a')).rejects.toThrow('connection reset');
  ecs.before = () => {};
  const many = Array.from({ length: 250 }, (_, index) => descriptions.describe(`arn:aws:ecs:r:1:task/finite/${index}`));
  expect(new Set(await Promise.all(many))).toEqual(new Set([undefined]));
  expect(ecs.calls['DescribeTasks']).toBe(1 + 3);
});
