import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { startServer, type MeasuredServer } from './server.js';
import { percentile, type Row } from './table.js';

/** What is asked of the server: so many Jobs, created over so many connections. */
interface Load {
  readonly name: string;
  readonly jobs: number;
  readonly completions: number;
  readonly parallelism: number;
}

const loads: readonly Load[] = [
  { name: '1 Job × 1,000 pods', jobs: 1, completions: 1000, parallelism: 1000 },
  { name: '1 Job × 10,000 pods', jobs: 1, completions: 10_000, parallelism: 500 },
  { name: '1,000 Jobs × 1 pod', jobs: 1000, completions: 1, parallelism: 1 },
];
const connections = 32;

/**
 * Pods per second through a durable server with pretended pods, seen by a client over HTTPS. `profiles`: a folder in
 * which every server leaves a CPU profile.
 */
export async function benchJobs(profiles?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const load of loads) rows.push(await measure(load, profiles));
  return rows;
}

async function measure(load: Load, profiles: string | undefined): Promise<Row> {
  const server = await startServer(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  const client = new Client(server);
  try {
    const before = server.usage();
    const completed = client.watchCompletions(load.jobs);
    const begin = performance.now();
    const created = await createJobs(client, load);
    const ends = await completed;
    const seconds = (performance.now() - begin) / 1000;
    const usage = server.usage();
    const pods = load.jobs * load.completions;
    const latencies = [...ends].map(([name, end]) => end - created.get(name)!).sort((a, b) => a - b);
    return {
      load: load.name,
      'pods/s': Math.round(pods / seconds),
      'create→Complete p50 ms': Math.round(percentile(latencies, 50)),
      'p99 ms': Math.round(percentile(latencies, 99)),
      'CPU s/1,000 pods': round((usage.cpuMs - before.cpuMs) / pods),
      'peak RSS MB': Math.round(usage.peakRssBytes / 1e6),
      'store MB': round(usage.storeBytes / 1e6),
      'start ms': Math.round(server.startMs),
    };
  } finally {
    client.close();
    await server.stop();
  }
}

/** Creates all Jobs; the time at which each request was sent, by name. */
async function createJobs(client: Client, load: Load): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const names = Array.from({ length: load.jobs }, (_, index) => `bench-${index}`).values();
  const worker = async (): Promise<void> => {
    for (const name of names) {
      sent.set(name, performance.now());
      await client.create('/apis/batch/v1/namespaces/default/jobs', benchJob(name, load));
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return sent;
}

function benchJob(name: string, load: Load): unknown {
  const { completions, parallelism } = load;
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['true'] }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { completions, parallelism, template: { spec: { restartPolicy: 'Never', containers } } },
  };
}

class Client {
  private readonly agent: Agent;

  constructor(private readonly server: MeasuredServer) {
    this.agent = new Agent({ keepAlive: true, ca: server.authority });
  }

  async create(path: string, object: unknown): Promise<void> {
    const response = await this.send('POST', path, JSON.stringify(object));
    response.resume();
    await new Promise((resolve) => response.once('end', resolve));
    if (response.statusCode !== 201) throw new Error(`POST ${path} answered ${response.statusCode}`);
  }

  /** The time at which each Job was seen Complete, by name, once `count` of them were. */
  async watchCompletions(count: number): Promise<Map<string, number>> {
    const ends = new Map<string, number>();
    const response = await this.send('GET', '/apis/batch/v1/namespaces/default/jobs?watch=true');
    for await (const line of createInterface({ input: response })) {
      const { object } = JSON.parse(line) as WatchedJob;
      const complete = object.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True');
      if (complete === true && !ends.has(object.metadata.name)) ends.set(object.metadata.name, performance.now());
      if (ends.size === count) break;
    }
    response.destroy();
    return ends;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.server.token}`, 'content-type': 'application/json' };
      const sent = request(new URL(path, this.server.url), { method, agent: this.agent, headers }, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

interface WatchedJob {
  readonly object: {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
