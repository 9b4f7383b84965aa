import { expect, test } from 'vitest';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { MetadataChange } from '../../lib/controllers/decision.js';
import { changeMetadata } from '../../lib/manager/commands/metadata.js';

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'o', blockOwnerDeletion: true };
const meta: KubeObject['metadata'] = {
  name: 'c',
  uid: 'u',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: { a: '1' },
  annotations: { n: '1' },
  finalizers: ['x', 'y'],
  ownerReferences: [owner],
};

test.for<[string, MetadataChange, Partial<KubeObject['metadata']>]>([
  ['adds finalizers behind', { addFinalizers: ['z', 'x'] }, { finalizers: ['x', 'y', 'z'] }],
  ['removes finalizers', { removeFinalizers: ['x'] }, { finalizers: ['y'] }],
  ['sets labels', { labels: { b: '2' } }, { labels: { a: '1', b: '2' } }],
  ['removes annotations', { annotations: { n: null } }, { annotations: undefined }],
  [
    'replaces an owner of the same UID',
    { setOwnerReference: { ...owner, controller: true } },
    { ownerReferences: [{ ...owner, controller: true }] },
  ],
  ['removes an owner, and the empty list', { removeOwnerReference: { uid: 'o' } }, { ownerReferences: undefined }],
  [
    'lets an owner go',
    { unblockOwnerReference: { uid: 'o' } },
    { ownerReferences: [{ ...owner, blockOwnerDeletion: false }] },
  ],
])('%s', ([, change, expected]) => {
  expect(changeMetadata(meta, change)).toEqual({ ...meta, ...expected });
});

test.for<MetadataChange>([
  {},
  { addFinalizers: ['x'] },
  { removeFinalizers: ['z'] },
  { labels: { a: '1', b: null } },
  { setOwnerReference: owner },
  { removeOwnerReference: { uid: 'p' } },
  { unblockOwnerReference: { uid: 'p' } },
])('%j changes nothing, so that nothing is written', (change) => {
  expect(changeMetadata(meta, change)).toBe(meta);
});

test('an object without any of it stays without', () => {
  const { name, uid, creationTimestamp } = meta;
  const bare = { name, uid, creationTimestamp };
  expect(
    changeMetadata(bare, { removeOwnerReference: { uid: 'o' }, removeFinalizers: ['x'], labels: { a: null } }),
  ).toBe(bare);
});

test('a controller does not take an object from another one', () => {
  const taken = { ...meta, ownerReferences: [{ ...owner, controller: true }] };
  const claim = { setOwnerReference: { ...owner, uid: 'other', controller: true }, addFinalizers: ['z'] };
  expect(changeMetadata(taken, claim)).toBe(taken);
});
