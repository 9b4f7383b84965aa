import { randomUUID } from 'node:crypto';
import type {
  Attachment,
  Container,
  ContainerDefinition,
  ContainerOverride,
  RunTaskCommandInput,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { ContainerPlan, TaskPlan } from './backend.js';
import type { CapacityProvider } from './quotas.js';

/** Whose account and Region the model pretends to be. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

export const arnOf = ({ region, account }: Place, resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;

/** 32 hexadecimal digits, as the ids of tasks. */
export const newId = () => randomUUID().replaceAll('-', '');

let addresses = 0;

function nextAddress(): string {
  addresses = (addresses + 1) % 65_000;
  return `10.0.${Math.floor(addresses / 250)}.${(addresses % 250) + 4}`;
}

/** The task as RunTask answers with it. */
export function newTask(
  place: Place,
  cluster: string,
  definition: TaskDefinition,
  provider: CapacityProvider,
  input: RunTaskCommandInput,
  nowMs: number,
): Task {
  const id = newId();
  const taskArn = arnOf(place, `task/${cluster}/${id}`);
  const { overrides } = input;
  return {
    attachments: [newAttachment(input)],
    attributes: [{ name: 'ecs.cpu-architecture', value: architectureOf(definition) }],
    availabilityZone: `${place.region}a`,
    ...(input.launchType === undefined && { capacityProviderName: provider }),
    clusterArn: arnOf(place, `cluster/${cluster}`),
    containers: definition.containerDefinitions!.map((container) => newContainer(place, cluster, taskArn, container)),
    cpu: overrides?.cpu ?? definition.cpu,
    createdAt: new Date(nowMs),
    desiredStatus: 'RUNNING',
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    ephemeralStorage: { sizeInGiB: (overrides?.ephemeralStorage ?? definition.ephemeralStorage)?.sizeInGiB ?? 20 },
    group: input.group ?? `family:${definition.family}`,
    healthStatus: 'UNKNOWN',
    lastStatus: 'PROVISIONING',
    launchType: 'FARGATE',
    memory: overrides?.memory ?? definition.memory,
    overrides: {
      ...overrides,
      containerOverrides: definition.containerDefinitions!.map(({ name }) => ({
        ...overrides?.containerOverrides?.find((override) => override.name === name),
        name,
      })),
    },
    platformFamily: 'Linux',
    platformVersion: '1.4.0',
    ...(input.startedBy !== undefined && { startedBy: input.startedBy }),
    tags: [...(input.tags ?? [])],
    taskArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    version: 1,
  };
}

function architectureOf({ runtimePlatform }: TaskDefinition): string {
  return runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
}

function newAttachment({ networkConfiguration }: RunTaskCommandInput): Attachment {
  const subnet = networkConfiguration!.awsvpcConfiguration!.subnets![0]!;
  return {
    id: randomUUID(),
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [{ name: 'subnetId', value: subnet }],
  };
}

/** The network interface has been made. */
export function attach(task: Task): void {
  const [attachment] = task.attachments!;
  const address = nextAddress();
  attachment!.status = 'ATTACHED';
  attachment!.details!.push(
    { name: 'networkInterfaceId', value: `eni-${newId().slice(0, 17)}` },
    { name: 'macAddress', value: '0a:98:eb:a7:29:ba' },
    { name: 'privateDnsName', value: `ip-${address.replaceAll('.', '-')}.ec2.internal` },
    { name: 'privateIPv4Address', value: address },
  );
  for (const container of task.containers!) {
    container.networkInterfaces = [{ attachmentId: attachment!.id, privateIpv4Address: address }];
  }
}

export function addressOf({ attachments = [] }: Task): string {
  return attachments[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '';
}

function newContainer(place: Place, cluster: string, taskArn: string, definition: ContainerDefinition): Container {
  return {
    containerArn: arnOf(place, `container/${cluster}/${taskArn.split('/').at(-1)}/${randomUUID()}`),
    taskArn,
    name: definition.name,
    image: definition.image,
    lastStatus: 'PENDING',
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    cpu: String(definition.cpu ?? 0),
    ...(definition.memory !== undefined && { memory: String(definition.memory) }),
    ...(definition.memoryReservation !== undefined && { memoryReservation: String(definition.memoryReservation) }),
  };
}

export function planOf(task: Task, definition: TaskDefinition): TaskPlan {
  return {
    taskArn: task.taskArn!,
    taskId: task.taskArn!.split('/').at(-1)!,
    definition,
    taskRoleArn: task.overrides?.taskRoleArn ?? definition.taskRoleArn,
    privateIPv4Address: addressOf(task),
  };
}

export function containerPlan(
  task: TaskPlan,
  definition: ContainerDefinition,
  override: ContainerOverride,
): ContainerPlan {
  const variables = [...(definition.environment ?? []), ...(override.environment ?? [])];
  const entryPoint = definition.entryPoint?.length ? definition.entryPoint : undefined;
  const command = override.command ?? definition.command;
  return {
    task,
    definition,
    name: definition.name!,
    image: definition.image!,
    entryPoint,
    command: command?.length ? command : undefined,
    environment: Object.fromEntries(variables.map(({ name, value }) => [name!, value ?? ''])),
    environmentFiles: [...(definition.environmentFiles ?? []), ...(override.environmentFiles ?? [])].map(
      ({ value }) => value!,
    ),
  };
}
