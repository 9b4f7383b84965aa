import { createHash } from 'node:crypto';
import type {
  ContainerDefinition,
  ContainerOverride,
  RegisterTaskDefinitionCommandInput,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { ContainerStart, PodStart } from '../../../ports/pod-runtime.js';
import { containerDefinitions, isOnDisk, type Role, type TaskContainer } from './container-definitions.js';
import { envFile, fitsEnvFile, type Variable } from './env-file.js';
import { ANNOTATIONS, HELPERS, taskIdOf, VARIABLES } from './names.js';
import { envOrigins, textOrigin, type Origin } from './origins.js';
import { podNeeds, STORAGE_INCLUDED } from './pod-needs.js';
import { smallestSize } from './sizes.js';
import { withWholeVolumes } from './sub-paths.js';
import { volumeArchive } from './volume-archive.js';

/** RunTask takes so many characters of overrides. */
export const OVERRIDES_MAX = 8192;
/** RegisterTaskDefinition takes 64 KiB; what ECS adds to it counts too. */
const DEFINITION_MAX = 60_000;
/** Longer archives are fetched by a URL: a kernel takes 128 KiB of one variable. */
const ARCHIVE_IN_VARIABLE_MAX = 90_000;
/** Shorter archives without secrets stand in the overrides themselves. */
const ARCHIVE_IN_OVERRIDES_MAX = 3000;

export interface LaunchSettings {
  readonly logGroup: string;
  readonly region: string;
  readonly executionRoleArn: string;
  /** Of pods whose ServiceAccount names none. */
  readonly taskRoleArn: string | undefined;
  readonly helperImage: string;
  /** The bucket's ARN: `arn:aws:s3:::name`. */
  readonly bucketArn: string;
}

export type Definition = Omit<RegisterTaskDefinitionCommandInput, 'family'>;

/** All that a launch needs, decided without asking anybody. */
export interface LaunchPlan {
  /** `finite-<hash of the definition>`. */
  readonly family: string;
  readonly definition: Definition;
  readonly overrides: TaskOverride;
  /** To be in the bucket before the launch, named after their contents. */
  readonly files: readonly StoredFile[];
}

export interface StoredFile {
  readonly key: string;
  readonly body: Buffer;
}

/** The pod's inputs do not fit a task, whatever is done. The message says why. */
export class UnfitForTask extends Error {}

/** What is moved out of sight, and out of the limits, into files that ECS reads from the bucket. */
type InFile = 'secret' | 'pod' | 'all';

const ways: readonly { readonly inFile: InFile; readonly own: boolean }[] = [
  { inFile: 'secret', own: false },
  { inFile: 'pod', own: false },
  { inFile: 'all', own: false },
  // A definition of its own, registered for this pod alone: slow, but there is no other place for long arguments.
  { inFile: 'all', own: true },
];

/** The files of a pod's volumes where they are too long for a variable: they have to be fetched from the bucket. */
export function largeArchive(start: PodStart): StoredFile | undefined {
  const { pod, containers } = withWholeVolumes(start);
  const body = volumeArchive(containers[0]?.volumes ?? [], pod.spec.securityContext?.fsGroup);
  if (body === undefined || (body.length * 4) / 3 <= ARCHIVE_IN_VARIABLE_MAX) return undefined;
  return { key: `volumes/${hash(body)}.tar.gz`, body };
}

export interface LaunchContext {
  /** The ARN of the pod's task before this one. */
  readonly previousTask?: string | undefined;
  /** Where the large archive, if there is one, can be fetched. */
  readonly archiveUrl?: string | undefined;
}

/** The first way that fits the limits. Throws `UnfitForTask`. */
export function planLaunch(start: PodStart, settings: LaunchSettings, context: LaunchContext): LaunchPlan {
  const whole = withWholeVolumes(start);
  for (const way of ways) {
    const plan = new Planner(whole, settings, context, way).plan();
    const overridesLength = JSON.stringify(plan.overrides).length;
    if (overridesLength <= OVERRIDES_MAX && JSON.stringify(plan.definition).length <= DEFINITION_MAX) return plan;
  }
  throw new UnfitForTask(
    'commands, arguments and variables are longer than a task definition and its overrides may be',
  );
}

class Planner {
  readonly #files: StoredFile[] = [];
  readonly #pod: Pod;
  readonly #containers: readonly TaskContainer[];
  readonly #volumes: ContainerStart['volumes'];

  constructor(
    private readonly start: PodStart,
    private readonly settings: LaunchSettings,
    private readonly context: LaunchContext,
    private readonly way: (typeof ways)[number],
  ) {
    this.#pod = start.pod;
    this.#containers = taskContainers(start);
    this.#volumes = start.containers[0]?.volumes ?? [];
  }

  plan(): LaunchPlan {
    const context = { ...this.settings, pod: this.#pod, volumes: this.#volumes };
    const helper = this.#archive();
    const parts = this.#containers.map((container, index) => this.#container(container, index === 0));
    const byName = new Map(parts.map(({ definition }) => [definition.name, definition]));
    const definitions = containerDefinitions(this.#containers, context).map((each) => ({
      ...each,
      ...byName.get(each.name),
    }));
    const definition = this.#definition(definitions);
    const role = this.start.serviceAccountAnnotations[ANNOTATIONS.roleArn];
    const containerOverrides = [...(helper ? [helper] : []), ...parts.map(({ override }) => override)];
    return {
      family: `finite-${hash(JSON.stringify(definition)).slice(0, 32)}`,
      definition,
      overrides: {
        containerOverrides: containerOverrides.filter((override) => Object.keys(override).length > 1),
        ...(role !== undefined && { taskRoleArn: role }),
      },
      files: this.#files,
    };
  }

  #definition(containerDefinitions: ContainerDefinition[]): Definition {
    const { spec } = this.#pod;
    const { storage, ...needs } = podNeeds(spec);
    const size = smallestSize(needs);
    if (size === undefined) throw new UnfitForTask('no task is as large as the containers need together');
    const onDisk = this.#volumes.filter(isOnDisk);
    return {
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(size.cpu),
      memory: String(size.memory),
      runtimePlatform: {
        operatingSystemFamily: 'LINUX',
        cpuArchitecture: spec.nodeSelector?.['kubernetes.io/arch'] === 'arm64' ? 'ARM64' : 'X86_64',
      },
      executionRoleArn: this.settings.executionRoleArn,
      ...(this.settings.taskRoleArn !== undefined && { taskRoleArn: this.settings.taskRoleArn }),
      ...(storage > STORAGE_INCLUDED && { ephemeralStorage: { sizeInGiB: storage } }),
      ...(spec.shareProcessNamespace && { pidMode: 'task' as const }),
      ...(onDisk.length > 0 && { volumes: onDisk.map(({ name }) => ({ name })) }),
      containerDefinitions,
    };
  }

  /** What a container runs and with which variables, split between the definition and the overrides. */
  #container({ spec, start }: TaskContainer, carriesNames: boolean) {
    const origins = envOrigins(spec, start.env);
    const shared: Variable[] = [];
    const own: Variable[] = carriesNames ? this.#names() : [];
    const inFile: Variable[] = [];
    if (start.attempt > 0) own.push({ name: VARIABLES.attempt, value: String(start.attempt) });
    for (const variable of start.env) {
      const origin = origins.get(variable.name) ?? 'template';
      if (this.#belongsInFile(origin) && fitsEnvFile(variable)) inFile.push(variable);
      else if (origin === 'secret') throw new UnfitForTask(unfitSecret(spec, variable));
      else (origin === 'template' ? shared : own).push(variable);
    }
    const words = this.#words(spec, start, origins);
    const environment = { ...(shared.length > 0 && { environment: shared.map(pairOf) }) };
    const override: ContainerOverride = {
      name: spec.name,
      ...(own.length > 0 && { environment: own.map(pairOf) }),
      ...(words.override && { command: words.override }),
      ...(inFile.length > 0 && { environmentFiles: [this.#envFile(inFile)] }),
    };
    const definition: ContainerDefinition = { name: spec.name, ...environment, ...words.definition };
    return { definition, override };
  }

  #belongsInFile(origin: Origin): boolean {
    const { inFile } = this.way;
    return origin === 'secret' || inFile === 'all' || (inFile === 'pod' && origin === 'pod');
  }

  /**
   * A program's words are those of its entry point and then those of its command, and only the command can be
   * overridden: from the first word on that is the pod's own, all are given as command.
   */
  #words({ command = [], args = [] }: Container, start: ContainerStart, origins: ReadonlyMap<string, Origin>) {
    const isShared = (text: string) => this.way.own || textOrigin(text, origins) === 'template';
    const words = [...(start.command ?? []), ...(start.args ?? [])];
    if (start.command === undefined) {
      if (words.length === 0) return { definition: {} };
      return args.every(isShared) ? { definition: { command: words } } : { definition: {}, override: words };
    }
    const firstOwn = [...command, ...args].findIndex((text) => !isShared(text));
    const split = firstOwn === -1 ? start.command.length : Math.min(firstOwn, start.command.length);
    const entryPoint = words.slice(0, Math.max(1, split));
    const rest = words.slice(entryPoint.length);
    if (firstOwn === -1 || firstOwn === 0) {
      return { definition: { entryPoint, ...(rest.length > 0 && { command: rest }) } };
    }
    return { definition: { entryPoint }, override: rest };
  }

  #names(): Variable[] {
    const { namespace = '', name } = this.#pod.metadata;
    const { previousTask } = this.context;
    return [
      { name: VARIABLES.pod, value: `${namespace}/${name}` },
      ...(previousTask ? [{ name: VARIABLES.previousTask, value: taskIdOf(previousTask) }] : []),
    ];
  }

  /** The variables of the container that unpacks the volumes' files. */
  #archive(): ContainerOverride | undefined {
    const { spec } = this.#pod;
    const name = HELPERS.volumes;
    const large = largeArchive(this.start);
    if (large) {
      this.#files.push(large);
      const url = { name: 'FINITE_URL', value: this.context.archiveUrl ?? '' };
      return { name, environmentFiles: [this.#envFile([url])] };
    }
    const body = volumeArchive(this.#volumes, spec.securityContext?.fsGroup);
    if (body === undefined) return undefined;
    const files = { name: 'FINITE_FILES', value: body.toString('base64') };
    const isTiny = files.value.length <= ARCHIVE_IN_OVERRIDES_MAX && this.way.inFile === 'secret';
    if (isTiny && !holdsSecrets(this.#pod)) return { name, environment: [files] };
    return { name, environmentFiles: [this.#envFile([files])] };
  }

  #envFile(variables: readonly Variable[]) {
    const body = Buffer.from(envFile(variables));
    const key = `env/${hash(body)}.env`;
    this.#files.push({ key, body });
    return { type: 's3' as const, value: `${this.settings.bucketArn}/${key}` };
  }
}

/** A task runs the containers that were asked for, those that have not begun, and what these need before and beside them. */
function taskContainers({ pod, containers, asked }: PodStart): readonly TaskContainer[] {
  const { initContainers = [], containers: mains } = pod.spec;
  const startOf = ({ name }: Container) => containers.find(({ container }) => container === name)!;
  const hasEnded = ({ name }: Container) => {
    const status = pod.status.containerStatuses?.find((each) => each.name === name);
    return status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined;
  };
  const roleOf = ({ restartPolicy }: Container): Role => (restartPolicy === 'Always' ? 'sidecar' : 'init');
  return [
    ...initContainers.map((spec) => ({ spec, role: roleOf(spec), start: startOf(spec) })),
    ...mains
      .filter((spec) => asked.has(spec.name) || !hasEnded(spec))
      .map((spec) => ({ spec, role: 'main' as const, start: startOf(spec) })),
  ];
}

function holdsSecrets({ spec }: Pod): boolean {
  return (spec.volumes ?? []).some(
    ({ secret, projected }) => secret || projected?.sources?.some((source) => source.secret !== undefined),
  );
}

function unfitSecret({ name }: Container, variable: Variable): string {
  return (
    `variable ${variable.name} of container ${name} has line breaks, and secrets reach a task as a file of lines: ` +
    'mount the Secret as a volume'
  );
}

function pairOf({ name, value }: Variable) {
  return { name, value };
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
