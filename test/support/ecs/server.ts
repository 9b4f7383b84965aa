import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSServiceException } from '@aws-sdk/client-ecs';
import type { DeliveryRule } from './events.js';
import type { FakeEcs } from './fake-ecs.js';

/** What a test may do to the model, as JSON to `POST /_control`. */
export interface Control {
  /** What happens to events from now on. */
  readonly delivery?: 'once' | 'twice' | 'lost';
  /** Why there is no room, from now on; null: there is. */
  readonly capacity?: string | null;
  readonly interruptSpot?: string;
  readonly loseHost?: string;
  /** The Lambda function that gets the events. */
  readonly taskStateFunction?: string;
}

export interface EcsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface EcsServerOptions {
  readonly ecs: FakeEcs;
  /** 0: any that is free. */
  readonly port: number;
  /** `0.0.0.0`, where containers are to reach it. */
  readonly host: string;
  readonly setTaskStateFunction: (name: string) => void;
}

const TARGET = /^AmazonEC2ContainerServiceV20141113\.(\w+)$/;

/** The model behind ECS' own protocol, AWS JSON 1.1, so that any SDK finds it by `AWS_ENDPOINT_URL_ECS`. */
export async function startEcsServer(options: EcsServerOptions): Promise<EcsServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => send(response, 500, describe(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: EcsServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  if (request.url === '/_health') return send(response, 200, {});
  const input = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
  if (request.url === '/_control') {
    control(options, input);
    return send(response, 200, {});
  }
  const operation = TARGET.exec(String(request.headers['x-amz-target']))?.[1];
  if (operation === undefined) return send(response, 400, { __type: 'UnknownOperationException' });
  try {
    send(response, 200, inSeconds(await options.ecs.handle(operation, input)));
  } catch (error) {
    if (!(error instanceof ECSServiceException)) throw error;
    send(response, 400, describe(error));
  }
}

function control({ ecs, setTaskStateFunction }: EcsServerOptions, command: Control): void {
  const { delivery, capacity, interruptSpot, loseHost, taskStateFunction } = command;
  const rule: DeliveryRule | undefined = delivery && (() => delivery);
  if (rule !== undefined) ecs.delivery = rule;
  if (capacity !== undefined) ecs.capacity = () => capacity ?? undefined;
  if (interruptSpot !== undefined) ecs.interruptSpot(interruptSpot);
  if (loseHost !== undefined) ecs.loseHost(loseHost);
  if (taskStateFunction !== undefined) setTaskStateFunction(taskStateFunction);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

function describe(error: unknown): object {
  const { name, message } = error as Error;
  const { resourceIds } = error as { readonly resourceIds?: readonly string[] };
  return { __type: name, message, ...(resourceIds && { resourceIds }) };
}

/** The protocol's times are seconds since 1970. */
function inSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inSeconds(member)]));
}
