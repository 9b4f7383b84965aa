import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { eventually } from '../support/eventually.js';
import { runFinite } from './finite-on-aws.js';
import { shellJob } from './kubectl-on-aws.js';
import { allTasks, podOf } from './tasks.js';
import type { World } from './world.js';

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
    const task = await eventually('its task is there', () => taskOf(world, name));
    created.push(task.createdAt!.getTime() - begin);
    await eventually('it is complete', async () => {
      const { status } = (await client('GET', `${jobs}/${name}`)) as Job;
      return status.succeeded === 1 || undefined;
    });
    const now = Date.now();
    told.push(now - (await taskOf(world, name))!.stoppedAt!.getTime());
  }
  const gets: number[] = [];
  for (let n = 0; n < GETS; n++) {
    const begin = performance.now();
    await client('GET', `${jobs}/latency-0`);
    gets.push(performance.now() - begin);
  }
  return { warmGet: median(gets), createToRunTask: median(created), eventToStatus: median(told) };
}

async function taskOf(world: World, job: string) {
  return (await allTasks(world)).find((task) => podOf(task).startsWith(`default/${job}-`));
}

type Client = (method: string, path: string, body?: object) => Promise<unknown>;

async function connect(world: World, server: string): Promise<Client> {
  const stdout = await runFinite(world, 'token', '--cluster', world.deployed.outputs['ClusterId']!);
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
