import { execFile } from 'node:child_process';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { eventually } from '../support/eventually.js';
import { shellJob } from './kubectl-on-aws.js';
import type { World } from './world.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../dist/bin/finite.js', import.meta.url));
const JOBS = 9;
const GETS = 21;

/** Medians in milliseconds, on the emulator: its own time is in them, the network's of AWS is not. */
export interface Latencies {
  readonly warmGet: number;
  /** From the request to the call of RunTask. */
  readonly createToRunTask: number;
  /** From the task's end to a status that a GET shows. */
  readonly eventToStatus: number;
}

export async function measureLatencies(world: World, server: string): Promise<Latencies> {
  const client = await connect(world, server);
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const created: number[] = [];
  const told: number[] = [];
  for (let n = 0; n < JOBS; n++) {
    const name = `latency-${n}`;
    const begin = Date.now();
    await client('POST', jobs, shellJob(name, 'true'));
    const task = await eventually('its task is there', async () => taskOf(world, name));
    created.push(task.createdAt!.getTime() - begin);
    await eventually('it is complete', async () => {
      const { status } = (await client('GET', `${jobs}/${name}`)) as Job;
      return status.succeeded === 1 || undefined;
    });
    told.push(Date.now() - taskOf(world, name)!.stoppedAt!.getTime());
  }
  const gets: number[] = [];
  for (let n = 0; n < GETS; n++) {
    const begin = performance.now();
    await client('GET', `${jobs}/latency-0`);
    gets.push(performance.now() - begin);
  }
  return { warmGet: median(gets), createToRunTask: median(created), eventToStatus: median(told) };
}

function taskOf(world: World, job: string) {
  const isOf = (tags: readonly { key?: string; value?: string }[] = []) =>
    tags.some(({ key, value }) => key === 'finite.dev/job' && value === job);
  return world.ecs!.ecs.tasks().find(({ tags }) => isOf(tags));
}

type Client = (method: string, path: string, body?: object) => Promise<unknown>;

async function connect(world: World, server: string): Promise<Client> {
  const env = { ...process.env, ...world.emulator.environment };
  const cluster = world.stack.outputs['ClusterId']!;
  const { stdout } = await run(process.execPath, [program, 'aws', 'token', '--cluster', cluster], { env });
  const { token } = (JSON.parse(stdout) as { readonly status: { readonly token: string } }).status;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      // Who the server is, is not the question here.
      const asked = request(`${server}${path}`, { method, headers, rejectUnauthorized: false }, (answer) => {
        buffer(answer).then((text) => resolve(JSON.parse(text.toString())), reject);
      });
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1]!);
}
