import { createHash } from 'node:crypto';
import { negotiate } from '../http/negotiation.js';
import { respond } from '../http/respond.js';
import { apiGroupDiscoveryList, type AggregatedVersion } from './aggregated.js';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.js';
import { servedGroups, type ServedGroup } from './resources.js';

/**
 * Answers what clients ask to learn what is served: `/api`, `/apis`, `/apis/<group>`, `/api/v1`,
 * `/apis/<group>/<version>`, the first two also as one aggregated document. Undefined for any other path. Throws a 406.
 */
export async function answerDiscovery(request: Request, pathname: string): Promise<Response | undefined> {
  const path = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  const aggregated = path === '/api' || path === '/apis' ? aggregatedVersion(request) : undefined;
  if (aggregated !== undefined) return answerAggregated(request, path, aggregated);
  const body = documentAt(path, new URL(request.url).host);
  if (body === undefined) return undefined;
  const { mediaType } = negotiate(request.headers.get('accept'), false);
  return respond(request, new URL(request.url).searchParams, { status: 200, body, mediaType });
}

function documentAt(path: string, host: string): object | undefined {
  if (path === '/api') return apiVersions(host);
  if (path === '/apis') return apiGroupList(servedGroups.filter(({ name }) => name !== ''));
  for (const group of servedGroups) {
    if (path === rootOf(group)) return apiResourceList(group);
    if (group.name !== '' && path === `/apis/${group.name}`) return apiGroup(group);
  }
  return undefined;
}

function rootOf({ name, apiVersion }: ServedGroup): string {
  return name === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
}

/** The first form of the Accept header that can be served, if it is the aggregated one. */
function aggregatedVersion(request: Request): AggregatedVersion | undefined {
  for (const clause of (request.headers.get('accept') ?? '').split(',')) {
    const [mediaType, ...parameters] = clause.split(';').map((part) => part.trim());
    if (mediaType !== 'application/json' && mediaType !== '*/*') continue;
    if (!parameters.some((parameter) => parameter.startsWith('as='))) return undefined;
    const version = aggregatedVersions.find((v) => aggregatedParameters(v).every((p) => parameters.includes(p)));
    if (version !== undefined) return version;
  }
  return undefined;
}

const aggregatedVersions = ['v2', 'v2beta1'] as const;

function aggregatedParameters(version: AggregatedVersion): readonly string[] {
  return ['g=apidiscovery.k8s.io', `v=${version}`, 'as=APIGroupDiscoveryList'];
}

/** Clients keep the document with its ETag and ask again whether it still holds. */
async function answerAggregated(request: Request, path: string, version: AggregatedVersion): Promise<Response> {
  const shown = servedGroups.filter(({ name }) => (name === '') === (path === '/api'));
  const body = apiGroupDiscoveryList(shown, version);
  const etag = `"${createHash('sha512').update(JSON.stringify(body)).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const query = new URL(request.url).searchParams;
  const response = await respond(request, query, { status: 200, body, mediaType: 'application/json' });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  // Without the parameters clients take the answer for the plain document.
  response.headers.set('content-type', ['application/json', ...aggregatedParameters(version)].join(';'));
  return response;
}
