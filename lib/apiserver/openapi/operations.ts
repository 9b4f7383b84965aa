import type { Kind } from '../../apis/meta/v1/kind.js';
import { listOf } from '../../apis/meta/v1/list.js';
import type { Struct } from '../../apis/meta/v1/schema.js';
import { deleteOptions, status } from '../../apis/meta/v1/types.js';
import type { ServedGroup, ServedResource, ServedSubresource } from '../discovery/resources.js';
import { parametersOf, type Parameter } from './parameters.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a body is: an object of a type, any patch, or plain text. */
export type Body = Struct | 'patch' | 'text';

/** One thing that can be done at one path, whatever the form of the document. */
export interface Operation {
  readonly path: string;
  readonly method: Method;
  /** `createBatchV1NamespacedJob`: unique among all. */
  readonly id: string;
  readonly description: string;
  /** Kubernetes' word for it: `list`, `post`, `deletecollection`. */
  readonly action: string;
  /** What it is about: of a view its own, not that of the resource in the path. */
  readonly kind: Kind;
  readonly parameters: readonly Parameter[];
  readonly body?: Body;
  readonly answer: Body;
  /** The status of a success. */
  readonly codes: readonly number[];
}

interface Verb {
  readonly method: Method;
  readonly action: string;
  readonly words: string;
  body?(kind: Kind): Body;
  answer?(kind: Kind): Body;
  readonly codes?: readonly number[];
}

const schemaOf = (kind: Kind): Struct => kind.schema;
const answersStatus = { body: () => deleteOptions, answer: () => status };

/** By the verb's name in discovery; watching is a way of listing. */
const verbs: Readonly<Record<string, Verb>> = {
  get: { method: 'get', action: 'get', words: 'Read' },
  list: { method: 'get', action: 'list', words: 'List or watch', answer: listOf },
  create: { method: 'post', action: 'post', words: 'Create', body: schemaOf, codes: [200, 201, 202] },
  update: { method: 'put', action: 'put', words: 'Replace', body: schemaOf, codes: [200, 201] },
  patch: { method: 'patch', action: 'patch', words: 'Change a part of', body: () => 'patch', codes: [200, 201] },
  delete: { method: 'delete', action: 'delete', words: 'Delete', ...answersStatus, codes: [200, 202] },
  deletecollection: { method: 'delete', action: 'deletecollection', words: 'Delete many of', ...answersStatus },
};

const ofCollections = ['list', 'create', 'deletecollection'];

export function operationsOf(group: ServedGroup): Operation[] {
  const root = group.name === '' ? `/api/${group.version}` : `/apis/${group.apiVersion}`;
  return group.resources.flatMap((resource) => ofResource(root, resource));
}

function ofResource(root: string, { kind, verbs: served, subresources }: ServedResource): Operation[] {
  const everywhere = `${root}/${kind.resource}`;
  const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.resource}` : everywhere;
  const single = `${collection}/{name}`;
  const operations = served
    .filter((verb) => verb in verbs)
    .map((verb) => operation(kind, verb, ofCollections.includes(verb) ? collection : single));
  if (kind.namespaced) operations.push(operation(kind, 'list', everywhere));
  for (const subresource of subresources) {
    for (const verb of subresource.verbs) {
      operations.push(operation(kind, verb, `${single}/${subresource.name}`, subresource));
    }
  }
  return operations;
}

function operation(resource: Kind, verbName: string, path: string, of?: ServedSubresource): Operation {
  const verb = verbs[verbName]!;
  const { name: subresource, kind } = of ?? { name: '', kind: resource };
  const log = subresource === 'log';
  return {
    path,
    method: verb.method,
    id: operationId(resource, verb, path, subresource),
    description: `${verb.words} ${subresource === '' ? '' : `the ${subresource} of `}objects of kind ${resource.kind}.`,
    action: verb.action,
    kind,
    parameters: parametersOf(verb.action, path, subresource),
    ...(verb.body === undefined ? {} : { body: verb.body(kind) }),
    answer: log ? 'text' : (verb.answer ?? schemaOf)(kind),
    codes: verb.codes ?? [200],
  };
}

const idWords: Readonly<Record<string, string>> = {
  get: 'read',
  list: 'list',
  post: 'create',
  put: 'replace',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete',
};

function operationId(kind: Kind, verb: Verb, path: string, subresource: string): string {
  const group = capitalised(kind.group === '' ? 'core' : kind.group.split('.')[0]!) + capitalised(kind.version);
  const collection = verb.action === 'deletecollection' ? 'Collection' : '';
  const namespaced = path.includes('{namespace}') ? 'Namespaced' : '';
  const everywhere = kind.namespaced && namespaced === '' ? 'ForAllNamespaces' : '';
  return `${idWords[verb.action]}${group}${collection}${namespaced}${kind.kind}${capitalised(subresource)}${everywhere}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
