import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineAddresses } from '../../../lib/adapters/local/container-runtime/engine-address.js';
import { pickRuntime, probeEngines } from '../../../lib/adapters/local/pick-runtime.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';

const clock = new SystemClock();
let folder: string;
let engine: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finite-pick-'));
});
afterEach(async () => {
  engine?.closeAllConnections();
  engine?.close();
  engine = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Something that says it is an engine. */
async function listen(answer: object): Promise<string> {
  const socket = join(folder, 'engine.sock');
  engine = createServer((request, response) => {
    response.end(JSON.stringify(request.url?.endsWith('/version') ? answer : []));
  });
  await new Promise<void>((resolve) => engine!.listen(socket, resolve));
  return `unix://${socket}`;
}

async function pick(choice: 'auto' | 'container' | 'process', DOCKER_HOST: string) {
  const picked = await pickRuntime(choice, { folder: join(folder, 'data'), clock, env: { DOCKER_HOST } });
  await picked.runtime.close();
  return { name: picked.runtime.name, notes: picked.notes.join(' ') };
}

describe('the runtime', () => {
  it('is an engine that answers', async () => {
    const address = await listen({ Version: '27.1.0', ApiVersion: '1.46', MinAPIVersion: '1.24' });
    const picked = await pick('auto', address);
    expect(picked).toEqual({
      name: 'container',
      notes: `Pods run as containers of docker 27.1.0 at ${address} (API 1.44).`,
    });
  });

  it('is processes where no engine answers, saying why and what that means', async () => {
    const picked = await pick('auto', 'unix:///nowhere/docker.sock');
    expect(picked.name).toBe('process');
    expect(picked.notes).toMatch(
      /No container engine answers \(unix:\/\/\/nowhere\/docker\.sock: there is no such socket\).*nothing is isolated/,
    );
  });

  it('is not something else than what was asked for', async () => {
    await expect(pick('container', 'unix:///nowhere/docker.sock')).rejects.toThrow('No container engine answers');
    await expect(pick('container', 'ssh://somewhere')).rejects.toThrow('only unix:// and tcp:// are understood');
    const address = await listen({ ApiVersion: '1.41' });
    expect((await pick('process', address)).name).toBe('process');
  });

  it('stays what the pods of the folder run as', async () => {
    const address = await listen({ ApiVersion: '1.41' });
    await mkdir(join(folder, 'data', 'processes', 'some-pod'), { recursive: true });
    expect((await pick('auto', address)).name).toBe('process');
    await rm(join(folder, 'data', 'processes', 'some-pod'), { recursive: true });
    await mkdir(join(folder, 'data', 'containers', 'pods', 'some-pod'), { recursive: true });
    expect((await pick('auto', address)).name).toBe('container');
    await expect(pick('auto', 'unix:///nowhere/docker.sock')).rejects.toThrow('start the engine');
  });
});

describe('the version of the API', () => {
  it.each([
    [{ ApiVersion: '1.41', MinAPIVersion: '1.24' }, '1.41'],
    [{ ApiVersion: '1.52', MinAPIVersion: '1.44' }, '1.44'],
    [{ ApiVersion: '1.60', MinAPIVersion: '1.50' }, '1.50'],
    [{ ApiVersion: '1.41', MinAPIVersion: '4.0.0' }, '1.41'],
  ])('is one that both sides know: %j', async (answer, apiVersion) => {
    const DOCKER_HOST = await listen(answer);
    expect(await probeEngines({ DOCKER_HOST })).toMatchObject([{ address: DOCKER_HOST, version: { apiVersion } }]);
  });
});

describe('the places where engines listen', () => {
  it('are only what DOCKER_HOST says when it is set', () => {
    expect(engineAddresses({ DOCKER_HOST: 'tcp://[::1]:2375' })).toMatchObject([{ host: '::1', port: 2375 }]);
    expect(engineAddresses({ DOCKER_HOST: 'tcp://10.0.0.1' })).toMatchObject([{ host: '10.0.0.1', port: 2375 }]);
  });

  it('are docker, rootless docker and podman otherwise', async () => {
    const found = engineAddresses({ XDG_RUNTIME_DIR: '/run/user/7' }).map(({ socketPath }) => socketPath);
    expect(found.slice(0, 3)).toEqual([
      '/var/run/docker.sock',
      '/run/user/7/docker.sock',
      '/run/user/7/podman/podman.sock',
    ]);
  });
});
