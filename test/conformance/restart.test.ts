import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchV1Api, CoreV1Api, KubeConfig, type V1Job, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFinite, printed, type FiniteProgram } from '../support/finite.js';
import { startPodman, whyNoPodman, type TestEngine } from '../support/podman.js';
import { skipped } from '../support/skipped.js';

const pods = 50;
let finite: FiniteProgram;

beforeAll(() => {
  finite = buildFinite();
});
afterAll(() => finite?.remove());

describe('a server that is killed while a Job runs, and started again', () => {
  it('completes the Job with processes, each started once', async () => {
    expect(await survives('process', {})).toHaveLength(pods);
  }, 180_000);

  const why = whyNoPodman();
  const name = skipped('completes the Job with containers, each started once', why);
  it.skipIf(why !== undefined)(
    name,
    async () => {
      const engine = await startPodman();
      try {
        const uids = await survives('container', { DOCKER_HOST: engine.address });
        expect(startsSeenBy(engine, uids)).toEqual(uids.map((uid) => `finite_${uid}_main_0`).toSorted());
      } finally {
        await engine.close();
      }
    },
    300_000,
  );
});

/** Kills the server twice on the way, and looks at what the pods have written about themselves; resolves with their UIDs. */
async function survives(runtime: 'process' | 'container', env: NodeJS.ProcessEnv): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'finite-restart-'));
  const shared = mkdtempSync(join(tmpdir(), 'finite-restart-starts-'));
  try {
    let server = await Server.start(folder, runtime, env);
    await server.batch.createNamespacedJob({ namespace: 'default', body: jobThatTells(shared) });
    for (const succeeded of [5, 25]) {
      await server.until((job) => (job.status?.succeeded ?? 0) >= succeeded);
      await server.kill();
      server = await Server.start(folder, runtime, env);
    }
    const job = await server.until(({ status }) => (status?.conditions ?? []).some(({ type }) => type === 'Complete'));
    expect(job.status).toMatchObject({ succeeded: pods });
    expect(job.status?.failed).toBeUndefined();
    const ran = await server.pods();
    expect(ran.map(({ status }) => status?.phase)).toEqual(Array.from({ length: pods }, () => 'Succeeded'));
    const starts = readFileSync(join(shared, 'starts'), 'utf8').trimEnd().split('\n');
    expect(starts.toSorted()).toEqual(ran.map(({ metadata }) => metadata!.name!).toSorted());
    await server.kill();
    return ran.map(({ metadata }) => metadata!.uid!);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(shared, { recursive: true, force: true });
  }
}

/** Every container appends its pod's name to one file of the machine. */
function jobThatTells(shared: string): V1Job {
  return {
    metadata: { name: 'tells' },
    spec: {
      completions: pods,
      parallelism: 10,
      template: {
        spec: {
          restartPolicy: 'Never',
          // Under the same path inside and outside, so that processes find it too.
          volumes: [{ name: 'shared', hostPath: { path: shared } }],
          containers: [
            {
              name: 'main',
              image: 'busybox:1.36',
              env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
              volumeMounts: [{ name: 'shared', mountPath: shared }],
              command: ['sh', '-c', `echo $POD >> ${shared}/starts; sleep 0.3`],
            },
          ],
        },
      },
    },
  };
}

class Server {
  readonly batch: BatchV1Api;
  readonly #core: CoreV1Api;

  private constructor(
    readonly program: ReturnType<FiniteProgram['spawn']>,
    kubeconfig: KubeConfig,
  ) {
    this.batch = kubeconfig.makeApiClient(BatchV1Api);
    this.#core = kubeconfig.makeApiClient(CoreV1Api);
  }

  static async start(folder: string, runtime: string, env: NodeJS.ProcessEnv): Promise<Server> {
    const args = ['up', '--data', folder, '--listen', '127.0.0.1:0', '--runtime', runtime];
    const program = finite.spawn(args, env);
    await printed(program, /export KUBECONFIG=/);
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromFile(join(folder, 'kubeconfig'));
    return new Server(program, kubeconfig);
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.program.once('close', resolve));
    this.program.kill('SIGKILL');
    await gone;
  }

  async until(holds: (job: V1Job) => boolean): Promise<V1Job> {
    for (;;) {
      const job = await this.batch.readNamespacedJob({ namespace: 'default', name: 'tells' });
      if (holds(job)) return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async pods(): Promise<V1Pod[]> {
    return (await this.#core.listNamespacedPod({ namespace: 'default' })).items;
  }
}

/** The names of these pods' containers, each as often as the engine says that it started it. */
function startsSeenBy(engine: TestEngine, uids: readonly string[]): string[] {
  const names = engine.podman('events', '--stream=false', '--filter', 'event=start', '--format', '{{.Name}}');
  return names
    .split('\n')
    .filter((name) => uids.some((uid) => name.includes(uid)))
    .toSorted();
}
