import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { ECSClient, RunTaskCommand, Task } from '@aws-sdk/client-ecs';
import {
  FargateRuntime,
  type FargateRuntimeOptions,
} from '../../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type {
  LaunchBudget,
  LaunchLeave,
  LaunchRefusal,
  LaunchRequest,
  LaunchWait,
} from '../../../../lib/adapters/aws/launch/launch-budget.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import type { TaskDetail } from '../../../../lib/adapters/aws/fargate-runtime/task-facts.js';
import type { PodIdentity } from '../../../../lib/ports/pod-runtime.js';
import type { ContainerPlan } from '../../../support/ecs/backend.js';
import { FakeEcs } from '../../../support/ecs/fake-ecs.js';
import { PretendedBackend, type PretendedRun } from '../../../support/ecs/pretended-backend.js';
import { aPod, START_MS, World } from '../../../manager/world.js';
import { FARGATE_PLACE } from '../../../support/aws/fargate-place.js';

/** Leave for everybody, unless a test says otherwise; whom it refused it wakes on demand. */
export class TestBudget implements LaunchBudget {
  readonly asked: LaunchRequest[] = [];
  readonly refusals: LaunchRefusal[] = [];
  /** What who asks has to wait for. */
  wait: LaunchWait | undefined;

  constructor(private readonly clock: VirtualClock) {}

  async ask(request: LaunchRequest): Promise<LaunchLeave> {
    this.asked.push(request);
    return this.wait ? { isGranted: false, wait: this.wait } : { isGranted: true };
  }

  async refused(_: LaunchRequest, refusal: LaunchRefusal): Promise<LaunchWait> {
    this.refusals.push(refusal);
    const reason = refusal.cause === 'throttled' ? 'LaunchThrottled' : 'CapacityUnavailable';
    return { reason, message: refusal.message, expectedStartMs: this.clock.now() + 60_000 };
  }
}

/** A bucket. */
export class TestBucket {
  readonly puts: { readonly key: string; readonly body: Buffer }[] = [];

  get client(): S3Client {
    const config = { credentials: async () => ({ accessKeyId: 'id', secretAccessKey: 'secret' }) };
    const send = async ({ input }: { readonly input: PutObjectCommandInput }) => {
      this.puts.push({ key: input.Key!, body: input.Body as Buffer });
      return {};
    };
    return { config, send } as unknown as S3Client;
  }
}

/** A client for some of the commands. */
function only(ecs: FakeEcs, takes: (command: string) => boolean): ECSClient {
  const send = (command: object) => {
    if (!takes(command.constructor.name)) throw new Error(`${command.constructor.name} is for the other client`);
    return ecs.client.send(command as RunTaskCommand);
  };
  return { send } as unknown as ECSClient;
}

export function testOptions(
  ecs: FakeEcs,
  clock: VirtualClock,
  budget: LaunchBudget,
  bucket: TestBucket,
): FargateRuntimeOptions {
  return {
    ecs: only(ecs, (command) => command !== 'RunTaskCommand'),
    launches: only(ecs, (command) => command === 'RunTaskCommand'),
    s3: bucket.client,
    clock,
    budget,
    ...FARGATE_PLACE,
  };
}

/** The manager with the Fargate runtime on a model of ECS, in virtual time. */
export class FargateWorld {
  readonly clock = new VirtualClock(START_MS);
  readonly bucket = new TestBucket();
  readonly budget = new TestBudget(this.clock);
  readonly ecs: FakeEcs;
  readonly runtime: FargateRuntime;
  readonly world: World;
  readonly #listeners: ((pod: PodIdentity) => void)[] = [];
  /** Events, before they are delivered. False: it is lost. */
  onEvent: (detail: TaskDetail) => boolean = () => true;

  constructor(behaviour?: (plan: ContainerPlan) => PretendedRun) {
    const { clock } = this;
    this.ecs = new FakeEcs({
      clock,
      backend: new PretendedBackend(clock, behaviour),
      onEvent: ({ detail }) => {
        if (this.onEvent(detail as TaskDetail)) void this.runtime.applyTaskEvent(detail as TaskDetail);
      },
    });
    this.runtime = new FargateRuntime(this.options());
    const { onChange } = this.runtime;
    this.runtime.onChange = (listener) => {
      this.#listeners.push(listener);
      onChange.call(this.runtime, listener);
    };
    this.world = new World({ clock, runtime: this.runtime });
  }

  options(): FargateRuntimeOptions {
    return testOptions(this.ecs, this.clock, this.budget, this.bucket);
  }

  async start(): Promise<this> {
    await this.world.start();
    return this;
  }

  /** Creates the pod `p` and lets everything happen that happens at once. */
  async create(spec: object = {}, metadata: object = {}): Promise<void> {
    await this.world.create('pods', aPod(spec, { uid: '7e5f0c64-0000-4000-8000-000000000001', ...metadata }));
  }

  pass(ms: number): Promise<void> {
    return this.world.pass(ms);
  }

  async pod(): Promise<Pod> {
    return (await this.world.get<Pod>('pods', 'p'))!;
  }

  /** As if its turn had come. */
  wake(uid: string): void {
    for (const listener of this.#listeners) listener({ uid, namespace: 'default', name: 'p' });
  }

  /** Newest last. */
  tasks(): readonly Task[] {
    return this.ecs.tasks();
  }

  calls(operation: string): number {
    return this.ecs.calls[operation] ?? 0;
  }
}
