import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { Normaliser } from '../normalise.js';
import type { Cluster, Refusal } from './cluster.js';
import { controllerOf, PodNumbers } from './pod-list.js';
import { podStatus } from './pod-status.js';
import type { Awaited, Draft, EventSnapshot, PodSelector, Scenario, Snapshot, Step } from './scenario.js';
import { Ticks } from './ticks.js';
import { cronJobSnapshot, jobSnapshot, podDetail, podSnapshot, specDiff } from './take-snapshot.js';

const POLL_MS = 250;
const QUIET_MS = 3000;
const LAST_QUIET_MS = 6000;
const LONGEST_QUIET_MS = 45_000;

/** Plays a scenario's steps on a cluster; answers with the snapshots, normalised like the recorded ones. */
export async function play(scenario: Scenario, cluster: Cluster): Promise<readonly Snapshot[]> {
  const player = new Player(cluster, scenario);
  const snapshots: Snapshot[] = [];
  for (const [position, step] of scenario.steps.entries()) {
    const outcome = await player.perform(step);
    if (step.noSnapshot === true || step.do === 'alignMinute') continue;
    await player.settle(step, position === scenario.steps.length - 1);
    snapshots.push(await player.snapshot(outcome));
  }
  return snapshots;
}

interface StepOutcome {
  readonly touched?: number;
  readonly took?: number | 'timeout';
  readonly refusals?: readonly Refusal[];
}

class Player {
  readonly #cluster: Cluster;
  readonly #numbers = new PodNumbers();
  readonly #ticks = new Ticks();
  readonly #normaliser: Normaliser;
  readonly #details = new Map<string, string>();
  #alive = new Map<string, number>();
  readonly #shown = new Set<string>();
  #eventsBefore = new Map<string, number>();
  #failureAt: number | undefined;

  constructor(
    cluster: Cluster,
    readonly scenario: Scenario,
  ) {
    this.#cluster = cluster;
    const bodies = scenario.steps.flatMap((step) => (step.do === 'create' ? [step.object] : []));
    this.#normaliser = new Normaliser({ namespace: cluster.namespace, bodies });
  }

  async perform(step: Step): Promise<StepOutcome> {
    switch (step.do) {
      case 'create':
        return this.#one(this.#cluster.create(await this.#withOwnerUid(step.object, step.ownerUidOf)));
      case 'patch':
        return this.#one(
          this.#cluster.patch(plural(step.kind), this.#ticks.named(step.name), step.body, {
            type: step.type,
            subresource: step.sub,
          }),
        );
      case 'delete':
        return this.#one(this.#cluster.delete(plural(step.kind), this.#ticks.named(step.name), { body: step.options }));
      case 'setPod':
        if (step.phase === 'Failed') this.#failureAt = this.#cluster.now();
        return this.#each(step.pod, (pod) =>
          this.#cluster.patch(
            'pods',
            pod.metadata.name,
            { status: podStatus(pod, step, this.#cluster.now()) },
            { subresource: 'status' },
          ),
        );
      case 'patchPod':
        return this.#each(step.pod, (pod) =>
          this.#cluster.patch('pods', pod.metadata.name, step.body, { type: step.type }),
        );
      case 'deletePod':
        this.#failureAt = this.#cluster.now();
        return this.#each(step.pod, (pod) =>
          this.#cluster.delete('pods', pod.metadata.name, { gracePeriodSeconds: step.grace }),
        );
      case 'wait':
        await this.#cluster.sleep(step.seconds * 1000);
        return {};
      case 'await':
        return this.#await(step.for, step.max);
      case 'alignMinute':
        await this.#untilSecond(step.from ?? 3, step.to ?? 30);
        return {};
      case 'atSecond':
        await this.#untilSecond(step.second, step.second + 1);
        return {};
      case 'manualJob':
        return this.#one(this.#cluster.create(await this.#manualJob(step.cronjob, step.name)));
    }
  }

  /** Waits until nothing has changed for a while. */
  async settle(step: Step, isLast: boolean): Promise<void> {
    const asked = step.quiet === undefined ? QUIET_MS : step.quiet * 1000;
    const quiet = isLast ? Math.max(asked, LAST_QUIET_MS) : asked;
    const start = this.#cluster.now();
    let version = await this.#cluster.version();
    let since = start;
    while (this.#cluster.now() - since < quiet && this.#cluster.now() - start < LONGEST_QUIET_MS) {
      await this.#cluster.sleep(POLL_MS);
      const next = await this.#cluster.version();
      if (next !== version) since = this.#cluster.now();
      version = next;
    }
  }

  async snapshot({ touched, took, refusals = [] }: StepOutcome): Promise<Snapshot> {
    const [jobs, cronJobs] = [await this.#cluster.jobs(), await this.#cluster.cronJobs()];
    const [pods, events] = [await this.#pods(), await this.#newEvents()];
    const delays = this.scenario.cron === true ? [] : this.#delays(pods);
    this.#ticks.meet(jobs);
    const taken = {
      jobs: jobs.map((job) => jobSnapshot(this.#withTick(job))),
      ...(cronJobs.length > 0 && {
        cronjobs: cronJobs.map((cronJob) =>
          cronJobSnapshot({ ...cronJob, status: this.#ticks.status(cronJob.status) }),
        ),
      }),
      pods: pods.map((pod) => ({ ...podSnapshot(pod, this.#numbers.of(pod)), detail: this.#detail(pod, jobs) })),
      ...this.#vanished(pods),
      events,
      ...(delays.length > 0 && { delays }),
      ...(took !== undefined && { took }),
      ...(touched !== undefined && { touched }),
      ...(refusals.length > 0 && { errors: refusals }),
    };
    const text = this.#ticks.anonymise(this.#numbers.anonymise(JSON.stringify(taken)));
    return this.#normaliser.body(JSON.parse(text)) as Snapshot;
  }

  async #pods(): Promise<readonly Pod[]> {
    this.#numbers.meet(this.#cluster.arrivals());
    return this.#numbers.select(await this.#cluster.pods(), {});
  }

  async #one(write: Promise<Refusal | undefined>): Promise<StepOutcome> {
    const refusal = await write;
    return refusal ? { refusals: [refusal] } : {};
  }

  async #each(selector: PodSelector, write: (pod: Pod) => Promise<Refusal | undefined>): Promise<StepOutcome> {
    const selected = this.#numbers.select(await this.#pods(), selector);
    const refusals = (await Promise.all(selected.map(write))).filter((refusal) => refusal !== undefined);
    return { touched: selected.length, refusals };
  }

  async #withOwnerUid(object: Draft, owner: readonly [string, string] | undefined): Promise<Draft> {
    if (owner === undefined) return object;
    const uid = (await this.#cluster.get(plural(owner[0]), owner[1]))?.metadata.uid;
    const ownerReferences = object.metadata.ownerReferences?.map((reference) => ({ ...reference, uid: uid ?? '' }));
    return { ...object, metadata: { ...object.metadata, ownerReferences } };
  }

  async #await(wanted: Awaited, maxSeconds: number): Promise<StepOutcome> {
    const start = this.#cluster.now();
    while (!(await this.#holds(wanted))) {
      if (this.#cluster.now() - start >= maxSeconds * 1000) return { took: 'timeout' };
      await this.#cluster.sleep(POLL_MS);
    }
    return wanted.pods === undefined && wanted.ticks === undefined
      ? { took: (this.#cluster.now() - start) / 1000 }
      : {};
  }

  async #holds({ pods, condition, job = 'j', gone, event, ticks }: Awaited): Promise<boolean> {
    if (ticks !== undefined) {
      this.#ticks.meet(await this.#cluster.jobs());
      return this.#ticks.count >= ticks;
    }
    if (pods !== undefined) return this.#cluster.arrivals().length >= pods;
    if (gone !== undefined)
      return (await this.#cluster.get(plural(gone.split('/')[0]!), gone.split('/')[1]!)) === undefined;
    if (event !== undefined) return (await this.#cluster.events()).some(({ reason }) => reason === event);
    const found = (await this.#cluster.jobs()).find(({ metadata }) => metadata.name === job);
    return found?.status.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false;
  }

  /** Until the seconds of the minute are in a range. */
  async #untilSecond(from: number, to: number): Promise<void> {
    const second = () => Math.floor(this.#cluster.now() / 1000) % 60;
    while (second() < from || second() >= to) await this.#cluster.sleep(POLL_MS);
  }

  /** As `kubectl create job --from=cronjob/NAME` makes it. */
  async #manualJob(cronJobName: string, name: string): Promise<Draft> {
    const cronJobs = await this.#cluster.cronJobs();
    const { metadata, spec } = cronJobs.find((cronJob) => cronJob.metadata.name === cronJobName)!;
    const { labels, annotations } = spec.jobTemplate.metadata ?? {};
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        labels,
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'CronJob', name: cronJobName, uid: metadata.uid, controller: true },
        ],
      },
      spec: spec.jobTemplate.spec,
    };
  }

  #withTick(job: Job): Job {
    return { ...job, metadata: { ...job.metadata, annotations: this.#ticks.annotations(job.metadata.annotations) } };
  }

  #detail(pod: Pod, jobs: readonly Job[]): object | undefined {
    const { uid } = pod.metadata;
    const shown = podDetail(pod);
    const text = JSON.stringify(shown);
    const isNew = !this.#details.has(uid);
    if (this.#details.get(uid) === text) return undefined;
    this.#details.set(uid, text);
    const job = jobs.find(({ metadata }) => metadata.name === controllerOf(pod));
    const diff = isNew && job !== undefined ? specDiff(pod, job) : undefined;
    return { ...shown, ...(diff && { specDiff: diff }) };
  }

  /** For each pod that is new in this snapshot, the time since the last failure or deletion that the player caused. */
  #delays(pods: readonly Pod[]): readonly object[] {
    if (this.#failureAt === undefined) return [];
    return pods.flatMap((pod) => {
      if (this.#details.has(pod.metadata.uid)) return [];
      const arrival = this.#cluster.arrivals().find((other) => other.pod.metadata.uid === pod.metadata.uid)!;
      const sinceFailure = (arrival.at - this.#failureAt!) / 1000;
      return sinceFailure < 0 ? [] : [{ n: this.#numbers.of(pod), sinceFailure }];
    });
  }

  #vanished(pods: readonly Pod[]): object {
    const alive = new Map(pods.map((pod) => [pod.metadata.uid, this.#numbers.of(pod)]));
    const unseen = this.#cluster
      .arrivals()
      .filter(({ pod }) => !this.#shown.has(pod.metadata.uid) && !alive.has(pod.metadata.uid));
    const cameAndWent = unseen.map(({ pod }) => this.#numbers.of(pod));
    const gone = [...[...this.#alive].filter(([uid]) => !alive.has(uid)).map(([, n]) => n), ...cameAndWent];
    for (const { pod } of this.#cluster.arrivals()) this.#shown.add(pod.metadata.uid);
    this.#alive = alive;
    return {
      ...(gone.length > 0 && { gone: gone.sort((a, b) => a - b) }),
      ...(cameAndWent.length > 0 && { cameAndWent }),
    };
  }

  async #newEvents(): Promise<readonly EventSnapshot[]> {
    const totals = new Map<string, number>();
    for (const { count, ...event } of await this.#cluster.events()) {
      const key = this.#numbers.anonymise(JSON.stringify(named(event)));
      totals.set(key, (totals.get(key) ?? 0) + count);
    }
    const before = this.#eventsBefore;
    this.#eventsBefore = totals;
    return [...totals].flatMap(([key, total]) => {
      const count = total - (before.get(key) ?? 0);
      return count > 0 ? [{ ...(JSON.parse(key) as Omit<EventSnapshot, 'count'>), count }] : [];
    });
  }
}

function named({ object, type, reason, message, component }: Omit<EventSnapshot, 'count'>): object {
  return { object, type, reason, message: message.replace(/^\(combined from similar events\): /, ''), component };
}

function plural(kind: string): string {
  return `${kind.toLowerCase()}s`;
}
