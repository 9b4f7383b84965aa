import type { CapacityProviderStrategyItem, RunTaskCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { clientError, invalidParameter } from './errors.js';
import { cpuUnits, isFargateSize, memoryMiB } from './fargate-sizes.js';
import type { CapacityProvider } from './quotas.js';

const OVERRIDES_CHARACTERS_MAX = 8192;
const TAGS_MAX = 50;
const COUNT_MAX = 10;

/** What RunTask refuses for its form alone (API reference of RunTask and TaskOverride). */
export function checkRunTask(input: RunTaskCommandInput, definition: TaskDefinition): void {
  const { count = 1, clientToken, startedBy, tags = [], overrides, launchType, capacityProviderStrategy } = input;
  if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX) {
    throw invalidParameter('Count must be between 1 and 10.');
  }
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,64}$/.test(clientToken)) {
    throw invalidParameter('Invalid clientToken: up to 64 characters in the range of 33-126.');
  }
  if (startedBy !== undefined && !/^[a-zA-Z0-9_/-]{1,128}$/.test(startedBy)) {
    throw invalidParameter('Invalid startedBy: up to 128 letters, numbers, hyphens, forward slashes and underscores.');
  }
  if (tags.length > TAGS_MAX) throw invalidParameter('A task can have up to 50 tags.');
  for (const { key = '', value = '' } of tags) checkTag(key, value);
  if (JSON.stringify(overrides ?? {}).length > OVERRIDES_CHARACTERS_MAX) {
    throw invalidParameter('Container Overrides length must be at most 8192');
  }
  if (launchType !== undefined && capacityProviderStrategy !== undefined) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  }
  checkOverrides(input, definition);
  checkNetwork(input, definition);
}

function checkTag(key: string, value: string): void {
  if (key.length < 1 || key.length > 128) throw invalidParameter('Tag keys have 1 to 128 characters.');
  if (value.length > 256) throw invalidParameter('Tag values have up to 256 characters.');
  if (key.toLowerCase().startsWith('aws:')) throw invalidParameter('Tag keys may not begin with aws:.');
  if (!/^[\p{L}\p{N}\s_./=+\-:@]*$/u.test(key + value))
    throw invalidParameter('A tag has a character it may not have.');
}

function checkOverrides({ overrides }: RunTaskCommandInput, definition: TaskDefinition): void {
  for (const { name } of overrides?.containerOverrides ?? []) {
    if (!definition.containerDefinitions!.some((container) => container.name === name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
  const cpu = cpuUnits(overrides?.cpu ?? definition.cpu!);
  const memory = memoryMiB(overrides?.memory ?? definition.memory!);
  if (!isFargateSize(cpu, memory)) throw clientError('No Fargate configuration exists for given values.');
}

function checkNetwork({ networkConfiguration }: RunTaskCommandInput, { networkMode }: TaskDefinition): void {
  if (networkMode !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
  const network = networkConfiguration?.awsvpcConfiguration;
  if (network === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const { subnets = [], securityGroups = [] } = network;
  if (subnets.length < 1 || subnets.length > 16) throw invalidParameter('subnets can have 1 to 16 items.');
  if (securityGroups.length > 5) throw invalidParameter('securityGroups can have at most 5 items.');
}

/** The provider of the next task. A launch type is on demand; a strategy picks by base, then by weight. */
export function providerFor(
  { launchType, capacityProviderStrategy }: RunTaskCommandInput,
  defaultStrategy: readonly CapacityProviderStrategyItem[],
  index: number,
): CapacityProvider {
  if (launchType !== undefined) {
    if (launchType !== 'FARGATE') throw invalidParameter('No Container Instances were found in your cluster.');
    return 'FARGATE';
  }
  const strategy = capacityProviderStrategy ?? defaultStrategy;
  if (strategy.length === 0) return 'FARGATE';
  const unknown = strategy.find(({ capacityProvider = '' }) => !/^FARGATE(_SPOT)?$/.test(capacityProvider));
  if (unknown !== undefined) throw invalidParameter('The specified capacity provider was not found.');
  const slots = [
    ...strategy.flatMap(({ base = 0, capacityProvider }) => Array<string>(base).fill(capacityProvider!)),
    ...strategy.flatMap(({ weight = 0, capacityProvider }) =>
      Array<string>(Math.min(weight, 10)).fill(capacityProvider!),
    ),
  ];
  if (slots.length === 0) throw invalidParameter('The capacity provider strategy has no weight above zero.');
  return slots[index % slots.length] as CapacityProvider;
}
