import { expect, test } from 'vitest';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import {
  collectGarbage,
  type ObservedDependent,
  type ObservedGarbage,
  type OwnerState,
} from '../../../lib/controllers/garbage-collector/reconcile.js';

const target = { resource: 'configmaps', namespace: 'default', name: 'c', uid: 'u' };

function observed(
  owners: readonly OwnerState[],
  dependents: readonly Partial<ObservedDependent>[] = [],
  metadata: Partial<KubeObject['metadata']> = {},
): ObservedGarbage {
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'default', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    },
    target,
    owners: owners.map((state, n) => ({
      reference: { apiVersion: 'v1', kind: 'ConfigMap', name: `o${n}`, uid: `${state}${n}`, blockOwnerDeletion: true },
      state,
    })),
    dependents: dependents.map((dependent, n) => ({
      target: { ...target, name: `d${n}`, uid: `d${n}` },
      blocksOwner: false,
      waiting: false,
      ...dependent,
    })),
  };
}

const disown = (uid: string): object => ({ do: 'change-metadata', target, change: { removeOwnerReference: { uid } } });
const unblock = (uid: string): object => ({
  do: 'change-metadata',
  target,
  change: { unblockOwnerReference: { uid } },
});
const remove = (propagationPolicy: string): object => ({ do: 'delete', target, propagationPolicy });

test.for<[string, ObservedGarbage, readonly object[]]>([
  ['without owners nothing happens', observed([]), []],
  ['with an owner that stays nothing happens', observed(['solid']), []],
  ['without its only owner it goes', observed(['absent']), [remove('Background')]],
  ['without all its owners it goes', observed(['absent', 'absent']), [remove('Background')]],
  [
    'with one owner left it loses the others',
    observed(['solid', 'absent', 'waiting']),
    [disown('absent1'), disown('waiting2')],
  ],
  ['an owner that waits for it takes it along', observed(['waiting']), [remove('Background')]],
  ['its own dependents go first', observed(['waiting'], [{}]), [remove('Foreground')]],
  [
    'in a circle it no longer blocks',
    observed(['waiting'], [{ waiting: true }]),
    [unblock('waiting0'), remove('Foreground')],
  ],
  ['its orphan finalizer decides', observed(['absent'], [], { finalizers: ['orphan'] }), [remove('Orphan')]],
  [
    'its foreground finalizer decides',
    observed(['absent'], [], { finalizers: ['foregroundDeletion'] }),
    [remove('Foreground')],
  ],
  [
    'one that is being deleted is left to itself',
    observed(['absent'], [], { deletionTimestamp: '2026-01-01T00:00:01Z' }),
    [],
  ],
])('%s', ([, garbage, commands]) => {
  expect(collectGarbage(garbage)).toEqual({ before: commands, after: [], events: [] });
});

const leaving = (finalizer: string): Partial<KubeObject['metadata']> => ({
  deletionTimestamp: '2026-01-01T00:00:01Z',
  finalizers: [finalizer, 'a.b/c'],
});

test('orphans lose their owner before it goes', () => {
  const { before, metadata } = collectGarbage(observed([], [{}, {}], leaving('orphan')));
  expect(before.map((command) => command.do)).toEqual(['change-metadata', 'change-metadata']);
  expect(metadata).toEqual({ removeFinalizers: ['orphan'] });
});

test('only dependents that block hold up a deletion in the foreground', () => {
  const waits = collectGarbage(observed([], [{ blocksOwner: true }], leaving('foregroundDeletion')));
  expect(waits.metadata).toBeUndefined();
  const goes = collectGarbage(observed([], [{ blocksOwner: false }], leaving('foregroundDeletion')));
  expect(goes.metadata).toEqual({ removeFinalizers: ['foregroundDeletion'] });
});
