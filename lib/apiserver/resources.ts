import type { Kind } from '../apis/meta/v1/kind.js';
import type { Handler } from './context.js';
import { create } from './handlers/create.js';
import { removeCollection } from './handlers/delete-collection.js';
import { remove } from './handlers/delete.js';
import { get } from './handlers/get.js';
import { list } from './handlers/list.js';
import { patch } from './handlers/patch.js';
import { podLog } from './handlers/pod-log.js';
import { update } from './handlers/update.js';
import { getView, patchView, updateView } from './handlers/view.js';
import { watch } from './handlers/watch.js';
import { flag } from './http/body.js';
import { methodNotAllowed, notServed, resourceNotFound } from './http/errors.js';
import { viewsOf } from './registry/views.js';
import type { ResourcePath } from './request-info.js';

export interface Route {
  /** In the words of RBAC. */
  readonly verb: string;
  readonly handler: Handler;
  /** Whether the answer may be asked for as a Table or as partial metadata. */
  readonly transformable?: boolean;
}

interface Routes {
  readonly [method: string]: Route | undefined;
}

const readable: Routes = { GET: { verb: 'get', handler: get, transformable: true } };
const writable: Routes = {
  ...readable,
  PUT: { verb: 'update', handler: update, transformable: true },
  PATCH: { verb: 'patch', handler: patch, transformable: true },
};
const named: Routes = { ...writable, DELETE: { verb: 'delete', handler: remove, transformable: true } };
const listRoute: Route = { verb: 'list', handler: list, transformable: true };
const watchRoute: Route = { verb: 'watch', handler: watch, transformable: true };
const createRoute: Route = { verb: 'create', handler: create, transformable: true };
const removeCollectionRoute: Route = { verb: 'deletecollection', handler: removeCollection, transformable: true };

const readableView: Routes = { GET: { verb: 'get', handler: getView, transformable: true } };
const writableView: Routes = {
  ...readableView,
  PUT: { verb: 'update', handler: updateView, transformable: true },
  PATCH: { verb: 'patch', handler: patchView, transformable: true },
};

/** Sub-resources that show the object itself, or something that is no object: by resource; beside them there are views. */
const subresources: { readonly [resource: string]: { readonly [subresource: string]: Routes } } = {
  cronjobs: { status: writable },
  jobs: { status: writable },
  namespaces: { status: writable, finalize: { PUT: writable['PUT'] } },
  pods: {
    status: writable,
    ephemeralcontainers: writable,
    log: { GET: { verb: 'get', handler: podLog } },
  },
};

const logsOrEngine =
  "`kubectl logs` shows what a container prints, and its engine's own `exec` enters one that is on this machine (status.containerStatuses[].containerID)";
const noNetwork = 'pods cannot be reached through the API; one that is on this machine has its status.podIP';

/** Sub-resources that kubectl has verbs for and nobody serves here, and what there is instead. */
const unserved: { readonly [resource: string]: { readonly [subresource: string]: string | undefined } } = {
  pods: { exec: logsOrEngine, attach: logsOrEngine, portforward: noNetwork, proxy: noNetwork },
  serviceaccounts: { token: 'nobody issues tokens of ServiceAccounts; the kubeconfig has that of the administrator' },
};

/** Who answers a request for a resource. Throws a 404 for what is not served and a 405 for how it is asked. */
export function routeOf(method: string, path: ResourcePath, query: URLSearchParams): Route {
  const routes = routesOf(path, query);
  const route = routes?.[method];
  const instead = unserved[path.kind.resource]?.[path.subresource];
  if (instead !== undefined) throw notServed(`${path.kind.resource}/${path.subresource}`, instead);
  if (routes === undefined) throw resourceNotFound();
  if (route === undefined) throw methodNotAllowed();
  return route;
}

function routesOf({ kind, namespace, name, subresource }: ResourcePath, query: URLSearchParams): Routes | undefined {
  if (subresource !== '') return subresources[kind.resource]?.[subresource] ?? routesOfView(kind, subresource);
  if (name !== '') return named;
  const reading = { GET: flag(query, 'watch') ? watchRoute : listRoute };
  if (kind.namespaced && namespace === '') return reading;
  // Namespaces are deleted one by one.
  return kind.namespaced
    ? { ...reading, POST: createRoute, DELETE: removeCollectionRoute }
    : { ...reading, POST: createRoute };
}

function routesOfView({ resource }: Kind, subresource: string): Routes | undefined {
  const view = viewsOf(resource)[subresource];
  if (view === undefined) return undefined;
  return view.write === undefined ? readableView : writableView;
}
