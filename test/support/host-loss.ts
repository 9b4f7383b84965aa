import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../bin/local/control-plane.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { eventually } from './eventually.js';

/*
 * A pod loses the host it runs on: its processes or its container are gone behind finite's back, or the machine was
 * restarted. It ends as pods do whose node has failed, and its Job, which does not count disruptions, replaces it.
 *
 * The condition's reason is TerminationByKubelet. Of Kubernetes' reasons it is the one for a pod that the kubelet itself
 * found unable to go on; DeletionByTaintManager and DeletionByPodGC are said by controllers of a pod they delete since
 * its node no longer answers. Here the node answers, and the kubelet's part is what finds the containers missing.
 */
const DISRUPTED = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' };

/** A way to lose a pod: while finite runs, or, with `down`, between its end and its next start. */
export interface Loss {
  readonly name: string;
  readonly down?: boolean;
  lose(pod: Pod, host: Host): Promise<void> | void;
}

/** One server, one Job for each loss. Back-off makes each of them take 10 s: they are lost together. */
export class Host {
  readonly folder = mkdtempSync(join(tmpdir(), 'finite-host-loss-'));
  plane!: ControlPlane;

  constructor(
    readonly runtime: 'process' | 'container',
    readonly image = 'none',
  ) {}

  async start(): Promise<void> {
    this.plane = await startControlPlane({ dataFolder: this.folder, runtime: this.runtime });
  }

  async close(): Promise<void> {
    await this.plane.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits until all run, then loses them, and restarts finite in between. */
  async loseAll(losses: readonly Loss[]): Promise<Map<Loss, Pod>> {
    await this.start();
    for (const loss of losses) await this.#createJob(loss.name);
    const pods = new Map<Loss, Pod>();
    for (const loss of losses) pods.set(loss, await this.#running(loss.name));
    for (const loss of losses) if (!loss.down) await loss.lose(pods.get(loss)!, this);
    await this.plane.stop();
    for (const loss of losses) if (loss.down) await loss.lose(pods.get(loss)!, this);
    await this.start();
    return pods;
  }

  async expectReplaced({ name }: Loss, { metadata: { uid } }: Pod): Promise<void> {
    const status = await eventually(`${name} has ended`, async () => {
      const job = (await this.plane.client.get(`/apis/batch/v1/namespaces/default/jobs/${name}`)) as unknown as Job;
      const ended = job.status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed');
      return ended ? job.status : undefined;
    });
    expect(status.conditions?.at(-1)).toMatchObject({ type: 'Complete' });
    expect(status.succeeded).toBe(1);
    expect(status).not.toHaveProperty('failed');
    const pods = await this.#pods(name);
    const first = pods.find((pod) => pod.metadata.uid === uid)!;
    expect(first.status.phase).toBe('Failed');
    expect(first.status.conditions).toContainEqual(expect.objectContaining(DISRUPTED));
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown' };
    expect(first.status.containerStatuses![0]!.state!.terminated).toMatchObject(terminated);
    expect(pods.filter((pod) => pod !== first).map((pod) => pod.status.phase)).toEqual(['Succeeded']);
  }

  /** The first pod runs until it is lost, the second one finds that it is not the first. */
  async #createJob(name: string): Promise<void> {
    const isProcess = this.runtime === 'process';
    const marker = isProcess ? join(this.folder, name) : `/shared/${name}`;
    const script = `[ -e ${marker} ] && exit 0; touch ${marker}; exec sleep 1000`;
    const container = {
      name: 'main',
      image: this.image,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', script],
      ...(!isProcess && { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }),
    };
    const volumes = isProcess ? [] : [{ name: 'shared', hostPath: { path: this.folder } }];
    await this.plane.client.create('/apis/batch/v1/namespaces/default/jobs', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        // One counted failure would be one too many.
        backoffLimit: 0,
        podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
        template: { spec: { restartPolicy: 'Never', containers: [container], volumes } },
      },
    });
  }

  #running(name: string): Promise<Pod> {
    return eventually(`the first pod of ${name} runs`, async () => {
      const [pod] = await this.#pods(name);
      return pod?.status.phase === 'Running' && readdirSync(this.folder).includes(name) ? pod : undefined;
    });
  }

  async #pods(job: string): Promise<readonly Pod[]> {
    const list = await this.plane.client.get(`/api/v1/namespaces/default/pods?labelSelector=job-name%3D${job}`);
    return list['items'] as readonly Pod[];
  }
}
