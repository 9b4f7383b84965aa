import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineLog } from '../../../../lib/adapters/local/container-runtime/engine-log.js';
import { Engine, EngineUnavailable } from '../../../../lib/adapters/local/container-runtime/engine.js';
import { collect } from '../../../support/collect.js';

/** An engine that answers as a test says. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let folder: string;
let server: Server;
let engine: Engine;
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finite-engine-'));
  answer = (_, response) => response.end('{"ApiVersion":"1.43"}');
  server = createServer((request, response) => answer(request, response));
  const socketPath = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  engine = await Engine.connect({ text: `unix://${socketPath}`, socketPath });
});
afterEach(async () => {
  engine.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('an engine', () => {
  it('that says nothing is told of, with how long one has waited', async () => {
    answer = () => {};
    const address = { ...engine.address, text: 'unix:///silent.sock' };
    await expect(Engine.connect(address, 50)).rejects.toThrow(
      'the container engine at unix:///silent.sock does not answer: nothing came in 0.05 s',
    );
  });
});

describe('a call', () => {
  it('uses the agreed version and gives parameters as JSON and query', async () => {
    let seen = '';
    answer = (request, response) => {
      request.on('data', (chunk) => (seen += chunk));
      request.on('end', () => response.end(JSON.stringify({ url: request.url, method: request.method })));
    };
    const request = { method: 'POST', query: { name: 'a b', absent: undefined }, body: { x: 1 } } as const;
    expect(await engine.json('/containers/create', request)).toEqual({
      url: '/v1.43/containers/create?name=a+b',
      method: 'POST',
    });
    expect(seen).toBe('{"x":1}');
  });

  it('tells a refusal by its status and message', async () => {
    answer = (_, response) => response.writeHead(409).end('{"message":"taken"}');
    await expect(engine.json('/x')).rejects.toMatchObject({ status: 409, message: 'taken', isConflict: true });
  });

  it('tells an engine that is gone from one that refuses', async () => {
    answer = (request) => request.socket.destroy();
    await expect(engine.json('/x')).rejects.toThrow(EngineUnavailable);
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('{');
      setTimeout(() => response.destroy(), 10);
    };
    await expect(engine.json('/x')).rejects.toThrow(EngineUnavailable);
  });
});

describe('a log', () => {
  const frame = (stream: number, text: string) => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const records = async (sinceMs?: number) =>
    (await collect((await engineLog(engine, 'c', { follow: false, signal, sinceMs }))!)).map(
      ({ time, bytes, isLineStart }) => `${isLineStart ? time : '+'} ${bytes.toString()}`,
    );

  it('is put together from frames however they are cut, and lines from their parts', async () => {
    const bytes = Buffer.concat([
      frame(1, '2026-01-01T00:00:01.5Z out\n'),
      frame(2, '2026-01-01T00:00:02.5Z begin'),
      frame(2, '2026-01-01T00:00:02.5Z end\n'),
      frame(1, '2026-01-01T00:00:03.5Z \n'),
    ]);
    answer = async (_, response) => {
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        await sleep(0);
      }
      response.end();
    };
    expect(await records()).toEqual([
      '2026-01-01T00:00:01.5Z out\n',
      '2026-01-01T00:00:02.5Z begin',
      '+ end\n',
      '2026-01-01T00:00:03.5Z \n',
    ]);
  });

  it.each([
    ['2026-01-01T00:00:01.4Z', 0],
    ['2026-01-01T00:00:01.5Z', 1],
    ['2026-01-01T00:00:01Z', 1],
    ['2026-01-01T00:00:00Z', 0],
  ])('since half a second past one has %s: %i', async (time, count) => {
    let url = '';
    answer = (request, response) => {
      url = request.url!;
      response.end(frame(1, `${time} x\n`));
    };
    expect(await records(Date.parse('2026-01-01T00:00:01.500Z'))).toHaveLength(count);
    expect(url).toContain('since=1767225601');
  });

  it('is unknown where there is no container', async () => {
    answer = (_, response) => response.writeHead(404).end('{"message":"no such container"}');
    expect(await engineLog(engine, 'c', { follow: false, signal })).toBeUndefined();
  });
});
