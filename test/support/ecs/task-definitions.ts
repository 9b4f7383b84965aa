import type {
  ContainerDefinition,
  ListTaskDefinitionsCommandInput,
  RegisterTaskDefinitionCommandInput,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';
import { dependencyCycle } from './container-order.js';
import { clientError, invalidParameter } from './errors.js';
import { cpuUnits, isFargateSize, memoryMiB } from './fargate-sizes.js';
import { page } from './page.js';
import { arnOf, type Place } from './task-record.js';

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;
const STOP_TIMEOUT_SECONDS_MAX = 120;
const BYTES_MAX = 64 * 1024;

/** What RegisterTaskDefinition keeps. */
export class TaskDefinitions {
  readonly #byArn = new Map<string, TaskDefinition>();
  readonly #tags = new Map<string, Tag[]>();
  readonly #revisions = new Map<string, number>();

  constructor(
    private readonly place: Place,
    private readonly clock: Clock,
  ) {}

  register(input: RegisterTaskDefinitionCommandInput): { taskDefinition: TaskDefinition; tags: Tag[] } {
    checkDefinition(input);
    const { tags = [], ...content } = structuredClone(input);
    const family = input.family!;
    const revision = (this.#revisions.get(family) ?? 0) + 1;
    this.#revisions.set(family, revision);
    const taskDefinitionArn = arnOf(this.place, `task-definition/${family}:${revision}`);
    const taskDefinition: TaskDefinition = {
      ...content,
      taskDefinitionArn,
      revision,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: new Date(this.clock.now()),
      volumes: content.volumes ?? [],
      placementConstraints: [],
      containerDefinitions: content.containerDefinitions!.map((container) => ({
        ...container,
        essential: container.essential ?? true,
        cpu: container.cpu ?? 0,
      })),
    };
    this.#byArn.set(taskDefinitionArn, taskDefinition);
    this.#tags.set(taskDefinitionArn, tags);
    return { taskDefinition, tags };
  }

  /** By `family` (the newest active one), `family:revision` or ARN. */
  describe(name: string | undefined): { taskDefinition: TaskDefinition; tags: Tag[] } {
    const taskDefinition = this.#find(name);
    if (taskDefinition === undefined) throw clientError('Unable to describe task definition.');
    return { taskDefinition, tags: this.#tags.get(taskDefinition.taskDefinitionArn!)! };
  }

  deregister(name: string | undefined): TaskDefinition {
    const { taskDefinition } = this.describe(name);
    Object.assign(taskDefinition, { status: 'INACTIVE', deregisteredAt: new Date(this.clock.now()) });
    return taskDefinition;
  }

  list(input: ListTaskDefinitionsCommandInput): { taskDefinitionArns: string[]; nextToken?: string } {
    const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
    const arns = [...this.#byArn.values()]
      .filter((definition) => definition.status === status)
      .filter(({ family }) => familyPrefix === undefined || family === familyPrefix)
      .sort((left, right) => left.family!.localeCompare(right.family!) || left.revision! - right.revision!)
      .map(({ taskDefinitionArn }) => taskDefinitionArn!);
    const { items, nextToken } = page(sort === 'DESC' ? arns.reverse() : arns, input);
    return { taskDefinitionArns: items, nextToken };
  }

  /** What RunTask takes: an inactive definition runs no new task. */
  runnable(name: string | undefined): TaskDefinition {
    const found = this.#find(name);
    if (found === undefined) throw clientError('TaskDefinition not found.');
    if (found.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
    return found;
  }

  #find(name = ''): TaskDefinition | undefined {
    const short = name.split('/').at(-1)!;
    if (short.includes(':')) return this.#byArn.get(arnOf(this.place, `task-definition/${short}`));
    const active = [...this.#byArn.values()].filter(({ family, status }) => family === short && status === 'ACTIVE');
    return active.at(-1);
  }
}

function checkDefinition(input: RegisterTaskDefinitionCommandInput): void {
  const { family = '', containerDefinitions: containers = [] } = input;
  if (!NAME.test(family)) throw clientError('Invalid task definition family name.');
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (JSON.stringify(input).length > BYTES_MAX) throw clientError('Actual length of task definition is too long.');
  if (input.requiresCompatibilities?.includes('FARGATE')) checkFargate(input, containers);
  for (const container of containers) checkContainer(container, input);
  if (containers.every(({ essential }) => essential === false)) {
    throw clientError('At least one container must be marked as essential.');
  }
  const names = containers.map(({ name }) => name!);
  if (new Set(names).size < names.length) throw clientError('Container names must be unique.');
  const cycle = dependencyCycle(containers.map((one) => ({ name: one.name!, dependsOn: one.dependsOn ?? [] })));
  if (cycle !== undefined) throw clientError(`Container ${cycle} has a cyclic dependency.`);
}

function checkFargate(input: RegisterTaskDefinitionCommandInput, containers: readonly ContainerDefinition[]): void {
  if (input.networkMode !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
  if (input.cpu === undefined || input.memory === undefined) {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  if (!isFargateSize(cpuUnits(input.cpu), memoryMiB(input.memory))) {
    throw clientError('No Fargate configuration exists for given values.');
  }
  const storage = input.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 21 || storage > 200)) {
    throw clientError('Ephemeral storage size must be between 21 and 200 GiB.');
  }
  const usesLogs = containers.some(
    ({ logConfiguration, secrets }) => logConfiguration?.logDriver === 'awslogs' || secrets,
  );
  if (usesLogs && !input.executionRoleArn) {
    throw clientError('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
  const memory = containers.reduce((sum, one) => sum + (one.memory ?? one.memoryReservation ?? 0), 0);
  if (memory > memoryMiB(input.memory)) throw clientError("Invalid 'memory' setting for container: the task has less.");
  const cpu = containers.reduce((sum, one) => sum + (one.cpu ?? 0), 0);
  if (cpu > cpuUnits(input.cpu)) throw clientError("Invalid 'cpu' setting for container: the task has less.");
}

function checkContainer(container: ContainerDefinition, input: RegisterTaskDefinitionCommandInput): void {
  const { name = '', image, privileged, stopTimeout, dependsOn = [], mountPoints = [] } = container;
  if (!NAME.test(name)) throw clientError(`Invalid container name '${name}'.`);
  if (!image) throw clientError('Container.image should not be null or empty.');
  const isFargate = input.requiresCompatibilities?.includes('FARGATE');
  if (isFargate && privileged) throw clientError('Fargate does not support privileged containers.');
  if (isFargate && (stopTimeout ?? 0) > STOP_TIMEOUT_SECONDS_MAX) {
    throw clientError('The stopTimeout of a container on Fargate may be up to 120 seconds.');
  }
  for (const { sourceVolume } of mountPoints) {
    if (!input.volumes?.some((volume) => volume.name === sourceVolume))
      throw clientError(`Unknown volume '${sourceVolume}'.`);
  }
  for (const { containerName, condition } of dependsOn) checkDependency(containerName!, condition!, input);
}

function checkDependency(name: string, condition: string, input: RegisterTaskDefinitionCommandInput): void {
  const on = input.containerDefinitions!.find((container) => container.name === name);
  if (on === undefined) throw clientError(`A container depends on '${name}', which the task does not have.`);
  if (!['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'].includes(condition)) {
    throw invalidParameter(`Unknown dependency condition '${condition}'.`);
  }
  if (condition === 'HEALTHY' && on.healthCheck === undefined) {
    throw clientError(`'${name}' has no health check to be HEALTHY by.`);
  }
  if ((condition === 'COMPLETE' || condition === 'SUCCESS') && (on.essential ?? true)) {
    throw clientError(`The essential container '${name}' cannot be waited for with ${condition}.`);
  }
}
