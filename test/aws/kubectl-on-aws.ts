import { expect } from 'vitest';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { eventually } from '../support/eventually.js';
import { installedKubectls, runKubectl, type Kubectl, type KubectlResult } from '../support/kubectl.js';
import type { World } from './world.js';

/** The newest kubectl there is; undefined where none is. */
export const newestKubectl: Kubectl | undefined = installedKubectls().at(-1);

/** kubectl in a namespace of its own. */
export class Namespace {
  constructor(
    readonly world: World,
    readonly name: string,
  ) {}

  static async create(world: World, name: string): Promise<Namespace> {
    const namespace = new Namespace(world, name);
    await namespace.ok('create', 'namespace', name);
    return namespace;
  }

  run(...args: string[]): Promise<KubectlResult> {
    return this.#run(args);
  }

  /** Standard output of a command that succeeds. */
  async ok(...args: string[]): Promise<string> {
    return this.#ok(args);
  }

  async create(...objects: readonly object[]): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await this.#ok(['create', '-f', '-'], JSON.stringify(list));
  }

  async job(name: string): Promise<Job> {
    return JSON.parse(await this.ok('get', 'job', name, '-o', 'json')) as Job;
  }

  async pods(job: string): Promise<readonly Pod[]> {
    const list = await this.ok('get', 'pods', '-l', `job-name=${job}`, '-o', 'json');
    return (JSON.parse(list) as { readonly items: readonly Pod[] }).items;
  }

  /** The Job when it has the condition. */
  until(name: string, condition: 'Complete' | 'Failed' | 'Suspended'): Promise<Job> {
    return eventually(`job ${name} is ${condition}`, async () => {
      const job = await this.job(name);
      const has = (type: string) => job.status.conditions?.some((c) => c.type === type && c.status === 'True');
      if (condition === 'Complete' && has('Failed'))
        throw new Error(`job ${name} failed: ${JSON.stringify(job.status)}`);
      return has(condition) ? job : undefined;
    });
  }

  /** The Job's pods when so many run. */
  untilRunning(job: string, count: number): Promise<readonly Pod[]> {
    return eventually(`${count} pods of ${job} run`, async () => {
      const running = (await this.pods(job)).filter(({ status }) => status.phase === 'Running');
      return running.length >= count ? running : undefined;
    });
  }

  #run(args: readonly string[], input?: string): Promise<KubectlResult> {
    const all = ['--namespace', this.name, ...args];
    const { kubeconfig, environment } = this.world;
    // Its token is made by `finite aws token`, which needs credentials.
    return runKubectl(newestKubectl!, kubeconfig, all, {
      env: environment,
      ...(input !== undefined && { input }),
    });
  }

  async #ok(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.#run(args, input);
    expect({ code, stderr }, `kubectl ${args.join(' ')}`).toMatchObject({ code: 0 });
    return stdout;
  }
}

/** For pods that do not hear that they should end: they are killed, and nobody waits. */
export const atOnce = { terminationGracePeriodSeconds: 1 } as const;

/** A Job of one busybox container that runs a shell script. */
export function shellJob(name: string, script: string, spec: object = {}, pod: object = {}): object {
  const container = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] };
  const template = { spec: { restartPolicy: 'Never', containers: [container], ...pod } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template, ...spec } };
}
