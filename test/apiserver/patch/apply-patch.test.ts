import { describe, expect, it } from 'vitest';
import { cronJobKind } from '../../../lib/apis/batch/v1/cronjob/kind.js';
import { podKind } from '../../../lib/apis/core/v1/pod/kind.js';
import type { Kind } from '../../../lib/apis/meta/v1/kind.js';
import { StatusError } from '../../../lib/apis/meta/v1/status-error.js';
import { applyPatch, type PatchType } from '../../../lib/apiserver/patch/apply-patch.js';

const pod = podKind as Kind;

function patch(type: 'json' | 'merge' | 'strategic-merge', current: object, body: unknown, kind = pod): unknown {
  return run(type, current, typeof body === 'string' ? body : JSON.stringify(body), kind).object;
}

function run(type: string, current: object, body: string, kind = pod) {
  return applyPatch({ kind, patchType: `application/${type}-patch+json` as PatchType, current, body });
}

function refusal(type: 'json' | 'merge' | 'strategic-merge', current: object, body: unknown): [number, string] {
  try {
    patch(type, current, body);
  } catch (error) {
    if (error instanceof StatusError) return [error.code, error.message];
    throw error;
  }
  throw new Error('the patch was applied');
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

const current = deepFreeze({
  metadata: { name: 'p', labels: { a: '1', b: '2' }, finalizers: ['x/a', 'x/b', 'x/c'] },
  spec: {
    containers: [
      { name: 'a', image: 'ia', ports: [{ containerPort: 80, protocol: 'TCP' }], command: ['x', 'y'] },
      { name: 'b', image: 'ib', env: [{ name: 'E', value: '1' }] },
    ],
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 'w', configMap: { name: 'c' } },
    ],
    tolerations: [{ key: 'k' }],
  },
});
const [a, b] = current.spec.containers;

describe('JSON patch', () => {
  it.each([
    ['adds a field', [{ op: 'add', path: '/metadata/labels/c~1d~0', value: 'x' }], { a: '1', b: '2', 'c/d~': 'x' }],
    ['replaces', [{ op: 'replace', path: '/metadata/labels/a', value: 'x' }], { a: 'x', b: '2' }],
    ['removes', [{ op: 'remove', path: '/metadata/labels/a' }], { b: '2' }],
    ['moves', [{ op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/z' }], { b: '2', z: '1' }],
    ['copies', [{ op: 'copy', from: '/metadata/labels/a', path: '/metadata/labels/z' }], { a: '1', b: '2', z: '1' }],
    ['tests', [{ op: 'test', path: '/metadata/labels', value: { b: '2', a: '1' } }], { a: '1', b: '2' }],
    ['tests for absence', [{ op: 'test', path: '/metadata/labels/q', value: null }], { a: '1', b: '2' }],
  ])('%s', (_, operations, labels) => {
    expect(patch('json', current, operations)).toEqual({ ...current, metadata: { ...current.metadata, labels } });
  });

  it.each([
    [
      'inserts before an index',
      [{ op: 'add', path: '/metadata/finalizers/1', value: 'n' }],
      ['x/a', 'n', 'x/b', 'x/c'],
    ],
    ['appends', [{ op: 'add', path: '/metadata/finalizers/-', value: 'n' }], ['x/a', 'x/b', 'x/c', 'n']],
    ['counts from the end', [{ op: 'remove', path: '/metadata/finalizers/-1' }], ['x/a', 'x/b']],
    ['replaces an item', [{ op: 'replace', path: '/metadata/finalizers/0', value: 'n' }], ['n', 'x/b', 'x/c']],
  ])('%s', (_, operations, finalizers) => {
    expect(patch('json', current, operations)).toEqual({ ...current, metadata: { ...current.metadata, finalizers } });
  });

  it.each([
    ['an absent field removed', [{ op: 'remove', path: '/metadata/labels/q' }]],
    ['an absent field replaced', [{ op: 'replace', path: '/metadata/q', value: 1 }]],
    ['a path through nothing', [{ op: 'add', path: '/q/r', value: 1 }]],
    ['a path through a text', [{ op: 'add', path: '/metadata/name/r', value: 1 }]],
    ['an inherited field', [{ op: 'copy', from: '/constructor', path: '/metadata/x' }]],
    ['an index beyond the list', [{ op: 'add', path: '/metadata/finalizers/4', value: 1 }]],
    ['a failed test', [{ op: 'test', path: '/metadata/name', value: 'q' }]],
    ['an unknown operation', [{ op: 'foo', path: '/x' }]],
    ['no path', [{ op: 'add', value: 1 }]],
    [
      'copies that double themselves',
      Array.from({ length: 30 }, (_, i) => ({ op: 'copy', from: '/metadata', path: `/metadata/m${i}` })),
    ],
  ])('refuses %s and applies nothing', (_, operations) => {
    expect(refusal('json', current, operations)).toEqual([
      422,
      'the server rejected our request due to an error in our request',
    ]);
  });

  it('keeps a copy apart from its original', () => {
    const operations = [
      { op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' },
      { op: 'add', path: '/metadata/labels/c', value: '3' },
    ];
    expect(patch('json', current, operations)).toMatchObject({ metadata: { annotations: { a: '1', b: '2' } } });
    expect(
      (patch('json', current, operations) as typeof current & { metadata: { annotations: object } }).metadata
        .annotations,
    ).not.toHaveProperty('c');
  });

  it('shares what it does not touch', () => {
    const result = patch('json', current, [{ op: 'add', path: '/metadata/labels/c', value: '3' }]) as typeof current;
    expect(result.spec).toBe(current.spec);
  });

  it('reports what no operation has', () => {
    expect(run('json', current, '[{"op":"test","path":"/q","value":null,"op":"test","x":1}]').strictWarnings).toEqual([
      'json patch duplicate field "[0].op"',
      'json patch unknown field "[0].x"',
    ]);
  });

  it.each([
    [{ op: 'add' }, 'object into Go value of type []handlers.jsonPatchOp'],
    [['x'], 'string into Go value of type handlers.jsonPatchOp'],
    [[{ op: 1 }], 'number into Go struct field jsonPatchOp.op of type string'],
  ])('refuses %j', (body, message) => {
    expect(refusal('json', current, body)).toEqual([400, `error decoding patch: json: cannot unmarshal ${message}`]);
  });
});

describe('merge patch', () => {
  it('merges maps, replaces lists and removes what is null', () => {
    const body = { metadata: { labels: { a: null, c: '3' }, finalizers: ['n'] }, status: { x: null, y: { z: null } } };
    expect(patch('merge', current, body)).toEqual({
      ...current,
      metadata: { name: 'p', labels: { b: '2', c: '3' }, finalizers: ['n'] },
      status: { y: {} },
    });
  });

  it('sets a field named __proto__ and nothing else', () => {
    const result = patch('merge', { a: 1 }, '{"__proto__":{"polluted":true}}') as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(['a', '__proto__']);
    expect(result['polluted']).toBeUndefined();
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['a: b', "invalid character 'a' looking for beginning of value"],
    ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('refuses %j', (body, message) => {
    expect(refusal('merge', current, body)).toEqual([400, `error decoding patch: ${message}`]);
  });

  it('reports fields given twice', () => {
    expect(run('merge', current, '{"spec":{"a":1,"a":2}}').strictWarnings).toEqual(['duplicate field "spec.a"']);
  });
});

function containers(items: unknown[], extra: object = {}): object {
  return { spec: { containers: items, ...extra } };
}

describe('strategic merge patch', () => {
  it.each<[string, object, unknown[]]>([
    ['adds an item, the patch first', containers([{ name: 'c' }]), [{ name: 'c' }, a, b]],
    ['merges an item in place', containers([{ name: 'b', image: 'n' }]), [a, { ...b, image: 'n' }]],
    ['deletes an item', containers([{ name: 'a', $patch: 'delete' }]), [b]],
    ['replaces the list', containers([{ name: 'c' }, { $patch: 'replace' }]), [{ name: 'c' }]],
    ['reorders', { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } }, [b, a]],
    [
      'merges and orders',
      containers([{ name: 'c' }], { '$setElementOrder/containers': [{ name: 'a' }, { name: 'c' }, { name: 'b' }] }),
      [a, { name: 'c' }, b],
    ],
    ['replaces a list without a merge key', containers([{ name: 'a', command: ['z'] }]), [{ ...a, command: ['z'] }, b]],
    [
      'merges a list inside an item',
      containers([{ name: 'a', ports: [{ containerPort: 81 }] }]),
      [{ ...a, ports: [{ containerPort: 81 }, { containerPort: 80, protocol: 'TCP' }] }, b],
    ],
    [
      'leaves directives out of what it adds',
      containers([{ name: 'c', env: [{ name: 'x', $patch: 'delete' }], resources: { $retainKeys: [], limits: null } }]),
      [{ name: 'c', env: [], resources: {} }, a, b],
    ],
  ])('%s', (_, body, expected) => {
    expect(patch('strategic-merge', current, body)).toEqual({
      ...current,
      spec: { ...current.spec, containers: expected },
    });
  });

  it.each<[string, object, unknown]>([
    ['merges labels', { labels: { b: null, c: '3' } }, { labels: { a: '1', c: '3' } }],
    ['replaces a map', { labels: { $patch: 'replace', z: '1' } }, { labels: { z: '1' } }],
    ['empties a map', { labels: { $patch: 'delete' } }, { labels: {} }],
    ['merges scalars', { finalizers: ['x/b', 'y'] }, { finalizers: ['x/a', 'x/b', 'y', 'x/c'] }],
    ['deletes scalars', { '$deleteFromPrimitiveList/finalizers': ['x/b'] }, { finalizers: ['x/a', 'x/c'] }],
  ])('%s of the metadata', (_, body, expected) => {
    expect(patch('strategic-merge', current, { metadata: body })).toEqual({
      ...current,
      metadata: { ...current.metadata, ...(expected as object) },
    });
  });

  it('retains only the named keys', () => {
    const body = { spec: { volumes: [{ name: 'w', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }] } };
    expect(patch('strategic-merge', current, body)).toMatchObject({
      spec: {
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'w', secret: { secretName: 's' } },
        ],
      },
    });
  });

  it('replaces the whole object by a directive at the root', () => {
    expect(patch('strategic-merge', current, { $patch: 'replace', x: 1 })).toEqual({ x: 1 });
  });

  it('shares what it does not touch', () => {
    const result = patch('strategic-merge', current, containers([{ name: 'b', image: 'n' }])) as typeof current;
    expect(result.metadata).toBe(current.metadata);
    expect(result.spec.containers[0]).toBe(a);
  });

  it.each<[object, number, string]>([
    [{ metadata: { labels: { $patch: 'foo' } } }, 500, 'unknown patch type: foo in map: map[$patch:foo]'],
    [containers([{ image: 'x' }]), 500, 'map: map[image:x] does not contain declared merge key: name'],
    [containers([{ name: 'a', $patch: 'merge' }]), 500, 'merging lists cannot yet be specified in the patch'],
    [containers([1]), 500, 'list element types are not identical: [[map'],
    [{ spec: { volumes: [{ name: 'w', $retainKeys: ['name'], x: 1 }] } }, 400, 'invalid patch format of retainKeys'],
    [{ metadata: { '$deleteFromPrimitiveList/finalizers': 1 } }, 400, 'invalid patch format of primitive list'],
    [{ metadata: { finalizers: [['x']] } }, 422, 'the server rejected our request due to an error in our request'],
    [{ spec: { '$setElementOrder/containers': 'x' } }, 500, 'expected a []interface {}, but received a string'],
    [
      containers([{ name: 'c' }], { '$setElementOrder/containers': [{ name: 'a' }] }),
      500,
      "The order in patch list:\n[map[name:c]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
  ])('refuses %j', (body, code, message) => {
    const [actualCode, actualMessage] = refusal('strategic-merge', current, body);
    expect(actualCode).toBe(code);
    expect(actualMessage.startsWith(message)).toBe(true);
  });

  it('knows merge keys below maps of the schema', () => {
    const job = { spec: { jobTemplate: { spec: { template: current } } } };
    const body = { spec: { jobTemplate: { spec: { template: containers([{ name: 'b', image: 'n' }]) } } } };
    expect(patch('strategic-merge', job, body, cronJobKind as Kind)).toMatchObject({
      spec: { jobTemplate: { spec: { template: containers([a, { ...b, image: 'n' }]) } } },
    });
  });
});

it('prints what cannot be decoded without naming an object', () => {
  const { undecodable } = run('strategic-merge', current, '{"spec":{"x":1}}');
  expect(undecodable('why').status).toMatchObject({
    message: ' "" is invalid: patch: Invalid value: "map[spec:map[x:1]]": why',
    details: { causes: [{ field: 'patch', reason: 'FieldValueInvalid' }] },
  });
});
