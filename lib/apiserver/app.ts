import { durationProblem } from '../apis/meta/v1/go-duration.js';
import { badRequest, StatusError } from '../apis/meta/v1/status-error.js';
import type { Authenticator, ConnectionInfo, User } from '../ports/authentication.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { PodLogs } from '../ports/pod-logs.js';
import type { PodPlatform } from '../ports/pod-platform.js';
import type { ParseSchedule } from '../ports/schedule.js';
import type { Store } from '../ports/store.js';
import { withAuthenticated } from './authentication.js';
import { mastersAuthorizer, refusal, type Attributes, type Authorizer } from './authorization.js';
import type { HandlerResult, ResourceRequest, ServerContext } from './context.js';
import { answerDiscovery } from './discovery/discovery.js';
import { internalError, resourceNotFound, unauthorized } from './http/errors.js';
import { negotiate } from './http/negotiation.js';
import { respond } from './http/respond.js';
import { OpenApi } from './openapi/openapi.js';
import { strategyOf } from './registry/strategies.js';
import { representList, representObject } from './represent.js';
import { answerPublicly, type Version } from './public-paths.js';
import { prepareNamespaces } from './registry/first-namespaces.js';
import { parsePath, type ResourcePath } from './request-info.js';
import { routeOf } from './resources.js';
import { ObjectTexts } from './watch/object-texts.js';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticator: Authenticator;
  /** Left out: administrators may do everything, others see which resources there are. */
  readonly authorizer?: Authorizer;
  readonly podLogs?: PodLogs;
  /** Where pods run, when it cannot do all that Kubernetes describes; left out, nothing is refused for that. */
  readonly platform?: PodPlatform;
  /** Tells the times of CronJobs; left out, nobody can ask for the next ones. */
  readonly parseSchedule?: ParseSchedule;
  /** New pods are bound to this node at once; left out, they wait for somebody to bind them. */
  readonly nodeName?: string;
  readonly version: Version;
  /** Called after each answer has begun. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
  /** Called with what became a 500. */
  readonly onError?: (error: unknown, request: Request) => void;
}

/** Nothing in it is secret: no headers, no query, no bodies. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
  readonly status: number;
  /** Until the answer began; a watch goes on after it. */
  readonly durationMs: number;
}

export interface ApiServer {
  /** Answers a request; never rejects. */
  fetch(request: Request, connection?: ConnectionInfo): Promise<Response>;
}

/** The API server: one function from a request to its answer, on any transport. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock, ids, nodeName, podLogs, parseSchedule, platform } = options;
  const context: ServerContext = {
    registry: { store, clock, ids, nodeName, platform },
    clock,
    podLogs,
    parseSchedule,
    texts: new ObjectTexts(),
  };
  const authorize = authorizeWith(options.authorizer ?? mastersAuthorizer);
  const openApi = new OpenApi(options.version.gitVersion);
  const prepare = onceItSucceeds(() => prepareNamespaces(context.registry));
  // At once, so that controllers find the namespaces; what fails now is tried again by the first request.
  prepare().catch(() => {});
  const answer = async (request: Request, connection: ConnectionInfo, note: Note): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const open = await answerPublicly(request.method, pathname, searchParams, store, options.version);
    if (open !== undefined) return open;
    await prepare();
    const known = await options.authenticator.authenticate(request, connection);
    if (known === undefined) throw unauthorized();
    const user = withAuthenticated(known);
    note.user = user.name;
    const path = parsePath(pathname);
    if (path.type === 'resource') return answerResource(context, request, path, searchParams, user, authorize);
    await authorize({ user, verb: request.method.toLowerCase(), path: pathname });
    if (path.type === 'unknown-resource') throw resourceNotFound();
    return (await answerDiscovery(request, pathname)) ?? openApi.answer(request, pathname) ?? notFoundText();
  };
  return { fetch: (request, connection = {}) => fetchWith(answer, options, request, connection) };
}

/** Runs a task when first asked, and again after it has failed; everybody waits for the one that is under way. */
function onceItSucceeds(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () =>
    (running ??= task().catch((error: unknown) => {
      running = undefined;
      throw error;
    }));
}

/** What is learnt of a request on its way, for its log entry. */
interface Note {
  user?: string;
}

type Answer = (request: Request, connection: ConnectionInfo, note: Note) => Promise<Response>;

/** Answers, whatever is thrown, and reports. */
async function fetchWith(
  answer: Answer,
  { onRequest, onError }: ApiServerOptions,
  request: Request,
  connection: ConnectionInfo,
): Promise<Response> {
  const begin = performance.now();
  const note: Note = {};
  const response = await answer(request, connection, note).catch((error: unknown) => {
    if (!(error instanceof StatusError)) onError?.(error, request);
    return failure(request, error instanceof StatusError ? error : internalError());
  });
  onRequest?.({
    method: request.method,
    path: new URL(request.url).pathname,
    user: note.user,
    status: response.status,
    durationMs: performance.now() - begin,
  });
  return request.method === 'HEAD' ? new Response(null, response) : response;
}

type Authorize = (attributes: Attributes) => Promise<void>;

function authorizeWith(authorizer: Authorizer): Authorize {
  return async (attributes) => {
    const { allowed, reason } = await authorizer.authorize(attributes);
    if (!allowed) throw refusal(attributes, reason);
  };
}

async function answerResource(
  context: ServerContext,
  request: Request,
  path: ResourcePath,
  query: URLSearchParams,
  user: User,
  authorize: Authorize,
): Promise<Response> {
  const { kind, namespace, name, subresource } = path;
  const route = routeOf(request.method, path, query);
  if (route.verb !== 'watch') checkTimeout(query);
  await authorize({ user, verb: route.verb, group: kind.group, resource: kind.resource, subresource, namespace, name });
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const strategy = strategyOf(kind.resource);
  try {
    const representation = negotiate(request.headers.get('accept'));
    const asked = { request, query, user, kind, strategy, namespace, name, subresource, representation, warn };
    const result = await route.handler(context, asked);
    if (result instanceof Response) return result;
    const body = represent(asked, result, context.clock.now());
    return await respond(request, query, {
      status: result.status,
      body,
      mediaType: representation.mediaType,
      warnings,
    });
  } catch (error) {
    if (error instanceof StatusError) return failure(request, error, warnings);
    throw error;
  }
}

/** How long a client wants to wait for its answer. Answers take no longer here, but the parameter must be a duration. */
function checkTimeout(query: URLSearchParams): void {
  const timeout = query.get('timeout');
  const problem = timeout ? durationProblem(timeout) : undefined;
  if (problem !== undefined) throw badRequest(`invalid timeout specified in the request URL - ${problem}`);
}

function represent(asked: ResourceRequest, result: Exclude<HandlerResult, Response>, now: number): object {
  if ('statusObject' in result) return result.statusObject;
  if ('list' in result) return representList(asked, result.list, now);
  return representObject({ ...asked, kind: result.kind ?? asked.kind }, result.object, now);
}

function failure(request: Request, error: StatusError, warnings: readonly string[] = []): Promise<Response> {
  return respond(request, new URL(request.url).searchParams, {
    status: error.code,
    body: error.status,
    mediaType: 'application/json',
    warnings: [...warnings, ...error.warnings],
  });
}

/** Below no group that is served. */
function notFoundText(): Response {
  return new Response('404 page not found\n', {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });
}
