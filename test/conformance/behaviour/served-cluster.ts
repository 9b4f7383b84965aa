import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Event } from '../../../lib/apis/core/v1/event/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import type { Arrival, Cluster, DeleteOptions, PatchOptions, Refusal } from './cluster.js';
import type { Draft, EventSnapshot } from './scenario.js';

/** A whole server, called as the administrator. */
export interface Server {
  fetch(request: Request): Promise<Response>;
  now(): number;
  /** Lets so much of the server's time pass. */
  sleep(ms: number): Promise<void>;
}

/** A new namespace on a server. It follows the namespace by watches until `close`. */
export async function openNamespace(server: Server, namespace: string): Promise<Cluster & { close(): void }> {
  const cluster = new ServedCluster(server, namespace);
  await cluster.open();
  return cluster;
}

const FOLLOWED = ['jobs', 'cronjobs', 'pods', 'events'];

class ServedCluster implements Cluster {
  readonly #server: Server;
  readonly #stop = new AbortController();
  readonly #arrivals = new Map<string, Arrival>();
  #changes = 0;

  constructor(
    server: Server,
    readonly namespace: string,
  ) {
    this.#server = server;
  }

  async open(): Promise<void> {
    await this.#send('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.namespace },
    });
    // A namespace is ready for pods once its ServiceAccount is there.
    while ((await this.get('serviceaccounts', 'default')) === undefined) await this.sleep(50);
    for (const resource of FOLLOWED) await this.#follow(resource);
  }

  close(): void {
    this.#stop.abort();
  }

  now(): number {
    return this.#server.now();
  }

  async sleep(ms: number): Promise<void> {
    await this.#server.sleep(ms);
  }

  create(object: Draft): Promise<Refusal | undefined> {
    return this.#write('POST', this.#path(`${object.kind.toLowerCase()}s`), object);
  }

  patch(resource: string, name: string, body: object, { type = 'merge', subresource }: PatchOptions = {}) {
    const path = `${this.#path(resource, name)}${subresource === undefined ? '' : `/${subresource}`}`;
    return this.#write(
      'PATCH',
      path,
      body,
      type === 'json' ? 'application/json-patch+json' : `application/${type}-patch+json`,
    );
  }

  delete(resource: string, name: string, { body, gracePeriodSeconds }: DeleteOptions = {}) {
    const query = gracePeriodSeconds === undefined ? '' : `?gracePeriodSeconds=${gracePeriodSeconds}`;
    return this.#write('DELETE', `${this.#path(resource, name)}${query}`, body);
  }

  async get(resource: string, name: string): Promise<KubeObject | undefined> {
    const { status, body } = await this.#send('GET', this.#path(resource, name));
    return status === 200 ? (body as KubeObject) : undefined;
  }

  async jobs(): Promise<readonly Job[]> {
    return (await this.#list('jobs')) as unknown as readonly Job[];
  }

  async cronJobs(): Promise<readonly CronJob[]> {
    return (await this.#list('cronjobs')) as unknown as readonly CronJob[];
  }

  async pods(): Promise<readonly Pod[]> {
    return (await this.#list('pods')) as unknown as readonly Pod[];
  }

  arrivals(): readonly Arrival[] {
    return [...this.#arrivals.values()];
  }

  async events(): Promise<readonly EventSnapshot[]> {
    const events = (await this.#list('events')) as unknown as readonly Event[];
    return events.map(({ involvedObject, type = '', reason = '', message = '', source, count = 1, series }) => ({
      object: `${involvedObject?.kind}/${involvedObject?.name}`,
      type,
      reason,
      message,
      component: source?.component ?? '',
      count: series?.count ?? count,
    }));
  }

  async version(): Promise<string> {
    return String(this.#changes);
  }

  async #list(resource: string): Promise<readonly KubeObject[]> {
    const { body } = await this.#send('GET', this.#path(resource));
    return (body as { readonly items: readonly KubeObject[] }).items;
  }

  async #write(method: string, path: string, body?: object, contentType?: string): Promise<Refusal | undefined> {
    const answer = await this.#send(method, path, body, contentType);
    if (answer.status < 400) return undefined;
    const { code, reason, message } = answer.body as Refusal;
    return { code, reason, message };
  }

  async #send(method: string, path: string, body?: object, contentType = 'application/json') {
    const headers = { accept: 'application/json', ...(body && { 'content-type': contentType }) };
    const text = body && JSON.stringify(body);
    const response = await this.#server.fetch(
      new Request(`http://server${path}`, { method, headers, ...(text && { body: text }) }),
    );
    return { status: response.status, body: (await response.json()) as unknown };
  }

  /** Notes what comes and counts what changes, from now on. */
  async #follow(resource: string): Promise<void> {
    const { body } = await this.#send('GET', this.#path(resource));
    const from = (body as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
    const path = `${this.#path(resource)}?watch=true&resourceVersion=${from}`;
    const { signal } = this.#stop;
    const response = await this.#server.fetch(
      new Request(`http://server${path}`, { headers: { accept: 'application/json' }, signal }),
    );
    void this.#read(resource, response.body!).catch(() => {});
  }

  async #read(resource: string, stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines)
        this.#seen(resource, JSON.parse(line) as { readonly type: string; readonly object: KubeObject });
    }
  }

  #seen(resource: string, { type, object }: { readonly type: string; readonly object: KubeObject }): void {
    this.#changes++;
    const { uid } = object.metadata;
    if (resource !== 'pods' || type !== 'ADDED' || this.#arrivals.has(uid)) return;
    this.#arrivals.set(uid, { pod: object as unknown as Pod, at: this.now() });
  }

  #path(resource: string, name?: string): string {
    const group = resource === 'jobs' || resource === 'cronjobs' ? '/apis/batch/v1' : '/api/v1';
    return `${group}/namespaces/${this.namespace}/${resource}${name === undefined ? '' : `/${name}`}`;
  }
}
