import type {
  CapacityProviderStrategyItem,
  DescribeTasksCommandInput,
  ECSClient,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  RunTaskCommandInput,
  StopTaskCommandInput,
  Tag,
  TagResourceCommandInput,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';
import type { ContainerBackend } from './backend.js';
import { ClientTokens } from './client-tokens.js';
import { clusterNotFound, invalidParameter } from './errors.js';
import { EventDelivery, taskStateChange, type DeliveryRule, type TaskStateChangeEvent } from './events.js';
import { Launches, type CapacityRule } from './launches.js';
import { page } from './page.js';
import { PUBLISHED_QUOTAS, type CapacityProvider, type EcsQuotas } from './quotas.js';
import { checkRunTask, providerFor } from './run-task-checks.js';
import { TaskDefinitions } from './task-definitions.js';
import { arnOf, newTask, type Place } from './task-record.js';
import { FakeTask, type TaskDelays } from './task.js';

export interface FakeEcsOptions {
  readonly clock: Clock;
  readonly backend: ContainerBackend;
  readonly quotas?: EcsQuotas;
  readonly delays?: Partial<TaskDelays>;
  /** Names of clusters; left out: whatever name is asked for. */
  readonly clusters?: readonly string[];
  readonly defaultStrategy?: readonly CapacityProviderStrategyItem[];
  readonly place?: Place;
  readonly onEvent?: (event: TaskStateChangeEvent) => void;
}

/** Of the order that Fargate takes. */
const FARGATE_DELAYS: TaskDelays = { provisioningMs: 5000, pendingMs: 5000, deprovisioningMs: 10_000 };
/** How long DescribeTasks knows a task that has stopped. */
const KNOWN_MS = 60 * 60 * 1000;
const DESCRIBE_MAX = 100;

type Input = Readonly<Record<string, unknown>>;

/**
 * ECS on Fargate as its documentation describes it: a state machine over a given clock, with containers that a back
 * end runs. `send` takes the commands of `@aws-sdk/client-ecs`; what it throws are that client's own classes.
 */
export class FakeEcs {
  readonly definitions: TaskDefinitions;
  readonly #launches: Launches;
  readonly #tokens: ClientTokens;
  readonly #events: EventDelivery;
  readonly #tasks = new Map<string, FakeTask>();
  readonly #place: Place;
  readonly #delays: TaskDelays;
  /** Called before each operation: what it throws is what the caller gets. */
  before: (operation: string, input: Input) => void = () => {};
  /** Called after each operation: where it throws, the work is done and the answer is lost. */
  after: (operation: string, input: Input) => void = () => {};
  /** Calls so far, by operation. */
  readonly calls: Record<string, number> = {};

  constructor(private readonly options: FakeEcsOptions) {
    const { clock, quotas = PUBLISHED_QUOTAS, onEvent = () => {} } = options;
    this.#place = options.place ?? { region: 'us-east-1', account: '000000000000' };
    this.#delays = { ...FARGATE_DELAYS, ...options.delays };
    this.definitions = new TaskDefinitions(this.#place, clock);
    this.#launches = new Launches(quotas, clock);
    this.#tokens = new ClientTokens(clock);
    this.#events = new EventDelivery(clock, onEvent);
  }

  set delivery(rule: DeliveryRule) {
    this.#events.rule = rule;
  }

  set capacity(rule: CapacityRule) {
    this.#launches.capacity = rule;
  }

  get throttles(): number {
    return this.#launches.throttles;
  }

  /** For what takes the real client. */
  get client(): ECSClient {
    return this as unknown as ECSClient;
  }

  /** As the client's method of this name. */
  async send<Output>(command: {
    readonly input: object;
    resolveMiddleware(...args: never[]): unknown;
  }): Promise<Output> {
    const operation = command.constructor.name.replace(/^_?(\w+?)Command$/, '$1');
    const output = await this.handle(operation, command.input as Input);
    return { ...output, $metadata: { httpStatusCode: 200 } } as Output;
  }

  /** An operation by its name in the API. */
  async handle(operation: string, input: Input): Promise<object> {
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    this.before(operation, input);
    // What is handed out is the caller's own.
    const output = structuredClone(this.#perform(operation, input));
    this.after(operation, input);
    return output;
  }

  /** Every task that DescribeTasks would know, newest last. */
  tasks(): Task[] {
    this.#forget();
    return [...this.#tasks.values()].map(({ record }) => record);
  }

  /** Fargate wants the capacity back: the warning, TERM, and KILL after the container's stopTimeout. */
  interruptSpot(taskArn: string): void {
    this.#task(taskArn).stop('SpotInterruption', 'Your Spot Task was interrupted.');
  }

  /** The task's host has gone. */
  loseHost(taskArn: string): void {
    this.#task(taskArn).kill('TerminationNotice', 'Fargate had to stop the task: its host has failed.');
  }

  #perform(operation: string, input: Input): object {
    switch (operation) {
      case 'RegisterTaskDefinition':
        return this.definitions.register(input as never);
      case 'DescribeTaskDefinition':
        return this.definitions.describe(input['taskDefinition'] as string);
      case 'DeregisterTaskDefinition':
        return { taskDefinition: this.definitions.deregister(input['taskDefinition'] as string) };
      case 'ListTaskDefinitions':
        return this.definitions.list(input);
      case 'RunTask':
        return this.#runTask(input as never);
      case 'DescribeTasks':
        return this.#describeTasks(input as never);
      case 'ListTasks':
        return this.#listTasks(input as never);
      case 'StopTask':
        return this.#stopTask(input as never);
      case 'TagResource':
        return this.#tagResource(input as never);
      case 'ListTagsForResource':
        return { tags: this.#tagsOf(input['resourceArn'] as string) };
      case 'DescribeClusters':
        return this.#describeClusters(input);
      default:
        throw invalidParameter(`The operation ${operation} is not part of this model.`);
    }
  }

  #runTask(input: RunTaskCommandInput): { tasks: Task[]; failures: object[] } {
    this.#launches.takeCall();
    const cluster = this.#cluster(input.cluster);
    const definition = this.definitions.runnable(input.taskDefinition);
    checkRunTask(input, definition);
    const before = this.#tokens.tasksOf(cluster, input);
    if (before !== undefined) return { tasks: [...before], failures: [] };
    const providers = Array.from({ length: input.count ?? 1 }, (_, index) =>
      providerFor(input, this.options.defaultStrategy ?? [], index),
    );
    for (const provider of new Set(providers)) {
      this.#launches.takeTasks(provider, providers.filter((one) => one === provider).length);
    }
    const results = providers.map((provider) => {
      const failure = this.#launches.whyNot(provider, input, definition);
      return { failure, task: failure === undefined ? this.#launch(cluster, definition, provider, input) : undefined };
    });
    const tasks = results.flatMap(({ task }) => task ?? []);
    this.#tokens.remember(cluster, input, tasks);
    return { tasks, failures: results.flatMap(({ failure }) => failure ?? []) };
  }

  #launch(cluster: string, definition: TaskDefinition, provider: CapacityProvider, input: RunTaskCommandInput): Task {
    const { clock, backend } = this.options;
    const record = newTask(this.#place, cluster, definition, provider, structuredClone(input), clock.now());
    if (input.propagateTags === 'TASK_DEFINITION') {
      record.tags!.unshift(...this.definitions.describe(definition.taskDefinitionArn).tags);
    }
    const changed = (task: Task) => {
      if (task.lastStatus === 'STOPPED') this.#launches.release(provider, input, definition);
      this.#events.deliver(taskStateChange(task, clock.now()));
    };
    const task = new FakeTask(record, definition, { clock, backend, delays: this.#delays, changed });
    this.#tasks.set(record.taskArn!, task);
    task.begin();
    return record;
  }

  #describeTasks({ cluster, tasks = [], include }: DescribeTasksCommandInput): object {
    const name = this.#cluster(cluster);
    if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
    if (tasks.length > DESCRIBE_MAX) throw invalidParameter('Tasks can have up to 100 items.');
    this.#forget();
    const arns = tasks.map((task) => (task.startsWith('arn:') ? task : arnOf(this.#place, `task/${name}/${task}`)));
    const found = arns.flatMap((arn) => this.#tasks.get(arn)?.record ?? []);
    return {
      tasks: found.map((task) => (include?.includes('TAGS') ? task : { ...task, tags: [] })),
      failures: arns.filter((arn) => !this.#tasks.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  }

  /** A task that has stopped is listed as STOPPED as long as it is known; nobody's desired status is PENDING. */
  #listTasks(input: ListTasksCommandInput): Omit<ListTasksCommandOutput, '$metadata'> {
    const { startedBy, family, launchType, desiredStatus = 'RUNNING' } = input;
    const clusterArn = arnOf(this.#place, `cluster/${this.#cluster(input.cluster)}`);
    if (startedBy !== undefined && (family !== undefined || input.containerInstance || input.serviceName)) {
      throw invalidParameter('When startedBy is given it must be the only filter.');
    }
    const arns = this.tasks()
      .filter((task) => task.clusterArn === clusterArn && task.desiredStatus === desiredStatus)
      .filter((task) => startedBy === undefined || task.startedBy === startedBy)
      .filter((task) => launchType === undefined || task.launchType === launchType)
      .filter((task) => family === undefined || task.taskDefinitionArn!.split(/[/:]/).at(-2) === family)
      .map(({ taskArn }) => taskArn!);
    const { items, nextToken } = page(arns, input);
    return { taskArns: items, nextToken };
  }

  #stopTask({ cluster, task = '', reason }: StopTaskCommandInput): object {
    const name = this.#cluster(cluster);
    this.#forget();
    const found = this.#task(task.startsWith('arn:') ? task : arnOf(this.#place, `task/${name}/${task}`));
    found.stop('UserInitiated', reason ?? 'Task stopped by user');
    return { task: found.record };
  }

  #tagResource({ resourceArn, tags = [] }: TagResourceCommandInput): object {
    const own = this.#tagsOf(resourceArn!);
    for (const tag of tags) {
      const before = own.find(({ key }) => key === tag.key);
      if (before === undefined) own.push(tag);
      else before.value = tag.value;
    }
    return {};
  }

  #tagsOf(arn: string): Tag[] {
    return arn.includes(':task/') ? this.#task(arn).record.tags! : this.definitions.describe(arn).tags;
  }

  #describeClusters({ clusters = ['default'] }: { clusters?: readonly string[] }): object {
    const known = clusters.filter((name) => this.options.clusters?.includes(shortName(name)) ?? true);
    return {
      clusters: known.map((name) => ({
        clusterArn: arnOf(this.#place, `cluster/${shortName(name)}`),
        clusterName: shortName(name),
        status: 'ACTIVE',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        runningTasksCount: this.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
      })),
      failures: clusters.filter((name) => !known.includes(name)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  }

  #cluster(name = 'default'): string {
    const short = shortName(name);
    if (this.options.clusters?.includes(short) === false) throw clusterNotFound();
    return short;
  }

  #task(arn: string): FakeTask {
    const task = this.#tasks.get(arn);
    if (task === undefined) throw invalidParameter('The referenced task was not found.');
    return task;
  }

  #forget(): void {
    const before = this.options.clock.now() - KNOWN_MS;
    for (const [arn, { record }] of this.#tasks) {
      if (record.stoppedAt !== undefined && record.stoppedAt.getTime() <= before) this.#tasks.delete(arn);
    }
  }
}

function shortName(cluster: string): string {
  return cluster.split('/').at(-1)!;
}
