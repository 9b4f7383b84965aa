import type { Struct } from '../../apis/meta/v1/schema.js';
import { deleteOptions } from '../../apis/meta/v1/types.js';
import type { ServedGroup } from '../discovery/resources.js';
import { operationsOf, type Body, type Operation } from './operations.js';
import type { Parameter } from './parameters.js';
import { definitions, reference, type Dialect, type Json } from './schemas.js';

const mediaTypes = ['application/json', 'application/yaml'];
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const patchName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

/** The document for all that is served, in OpenAPI's second version. */
export function openApiV2(groups: readonly ServedGroup[], version: string): Json {
  const operations = groups.flatMap(operationsOf);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: paths(operations, 'v2'),
    definitions: types(operations, groups, 'v2'),
  };
}

/** The document for one group, in OpenAPI's third version. */
export function openApiV3(group: ServedGroup, version: string): Json {
  const operations = operationsOf(group);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: paths(operations, 'v3'),
    components: { schemas: types(operations, [group], 'v3') },
  };
}

function types(
  operations: readonly Operation[],
  groups: readonly ServedGroup[],
  dialect: Dialect,
): Record<string, Json> {
  const bodies = operations.flatMap(({ body, answer }) => [body, answer]);
  const roots = [...new Set(bodies)].filter((body): body is Struct => typeof body === 'object');
  const found = definitions(roots, dialect);
  for (const [name, kinds] of groupVersionKinds(groups)) {
    if (found[name] !== undefined) found[name] = { ...found[name], 'x-kubernetes-group-version-kind': kinds };
  }
  found[patchName] = { description: 'Changes to an object, in one of the forms of patches.', type: 'object' };
  return found;
}

/** Of which kinds a type is, by the type's name. */
function groupVersionKinds(groups: readonly ServedGroup[]): Map<string, readonly Json[]> {
  const kinds = new Map<string, readonly Json[]>();
  for (const { name: group, version, resources } of groups) {
    for (const { kind, subresources } of resources) {
      for (const shown of [kind, ...subresources.map((each) => each.kind)]) {
        kinds.set(shown.schema.name, [{ group: shown.group, kind: shown.kind, version: shown.version }]);
      }
      kinds.set(`${kind.schema.name}List`, [{ group, kind: `${kind.kind}List`, version }]);
    }
  }
  const options = groups.map(({ name: group, version }) => ({ group, kind: 'DeleteOptions', version }));
  kinds.set(deleteOptions.name, options);
  kinds.set('io.k8s.apimachinery.pkg.apis.meta.v1.Status', [{ group: '', kind: 'Status', version: 'v1' }]);
  return kinds;
}

function paths(operations: readonly Operation[], dialect: Dialect): Json {
  const byPath: Record<string, Record<string, Json>> = {};
  for (const operation of operations.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    (byPath[operation.path] ??= {})[operation.method] = render(operation, dialect);
  }
  return byPath;
}

function render(operation: Operation, dialect: Dialect): Json {
  const { kind, id, description, action } = operation;
  const { group, version } = kind;
  return {
    tags: [`${group === '' ? 'core' : group.split('.')[0]}_${version}`],
    description,
    operationId: id,
    ...(dialect === 'v2' ? exchangeV2(operation) : exchangeV3(operation)),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, kind: kind.kind, version },
  };
}

function exchangeV2({ parameters, body, answer, codes }: Operation): Json {
  const content =
    body === undefined
      ? []
      : [{ name: 'body', in: 'body', required: body !== deleteOptions, schema: schemaOf(body, 'v2') }];
  const response = { description: 'OK', schema: schemaOf(answer, 'v2') };
  return {
    consumes: body === 'patch' ? patchTypes : ['*/*'],
    produces: answer === 'text' ? ['text/plain'] : mediaTypes,
    parameters: [...content, ...parameters.map((each) => ({ ...parameter(each), type: each.type, uniqueItems: true }))],
    responses: Object.fromEntries(codes.map((code) => [code, response])),
  };
}

function exchangeV3({ parameters, body, answer, codes }: Operation): Json {
  const accepted = body === 'patch' ? patchTypes : ['*/*'];
  const response = { description: 'OK', content: contentV3(answer === 'text' ? ['text/plain'] : mediaTypes, answer) };
  return {
    parameters: parameters.map((each) => ({ ...parameter(each), schema: { type: each.type, uniqueItems: true } })),
    ...(body === undefined
      ? {}
      : { requestBody: { content: contentV3(accepted, body), ...(body === deleteOptions ? {} : { required: true }) } }),
    responses: Object.fromEntries(codes.map((code) => [code, response])),
  };
}

function contentV3(types_: readonly string[], body: Body): Json {
  return Object.fromEntries(types_.map((type) => [type, { schema: schemaOf(body, 'v3') }]));
}

function schemaOf(body: Body, dialect: Dialect): Json {
  if (body === 'text') return { type: 'string' };
  return reference(body === 'patch' ? patchName : body.name, dialect);
}

function parameter({ name, in: place, description }: Parameter): Json {
  return { name, in: place, description, ...(place === 'path' ? { required: true } : {}) };
}
