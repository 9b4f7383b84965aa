import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiskStore } from '../../../lib/adapters/local/disk-store/disk-store.js';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import type { Revision, Store } from '../../../lib/ports/store.js';
import { read } from '../../contract/store/changes.js';
import { object } from '../../contract/store/samples.js';

const NAMES = ['a', 'a-b', 'b', 'z'];
const START_MS = 1_700_000_000_000;

interface Write {
  readonly do: 'create' | 'replace' | 'delete';
  readonly name: number;
  readonly record: boolean;
}

type Step = Write | { readonly do: 'restart' } | { readonly do: 'advance' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom('create' as const, 'replace' as const, 'delete' as const),
      name: fc.nat(NAMES.length - 1),
      record: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'restart' }, { do: 'advance' }) },
);

describe('DiskStore and the reference store', () => {
  it('answer the same to the same calls, now and about every moment of the past', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(3), async (steps, limit) => {
        const folder = mkdtempSync(join(tmpdir(), 'finite-model-'));
        const clock = new VirtualClock(START_MS);
        const options = { clock, cacheSize: 1000, live: { changes: 2, bytes: 1000 }, history: { ageMs: 3_600_000 } };
        const reference = new MemoryStore(clock);
        let store = await DiskStore.open(folder, options);
        try {
          const revisions: Revision[] = [await reference.currentRevision()];
          for (const [index, each] of steps.entries()) {
            if (each.do === 'advance') clock.advanceTo(clock.now() + 1);
            else if (each.do === 'restart') {
              await store.close();
              store = await DiskStore.open(folder, options);
            } else {
              const answers = [await perform(reference, each, index), await perform(store, each, index)];
              expect(answers[1]).toEqual(answers[0]);
              revisions.push(await reference.currentRevision());
            }
          }
          for (const at of new Set(revisions))
            expect(await past(store, at, limit)).toEqual(await past(reference, at, limit));
        } finally {
          await store.close();
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The answer or the refusal, as far as a caller can tell. */
async function perform(store: Store, step: Write, value: number): Promise<unknown> {
  const key = { resource: 'jobs', namespace: 'default', name: NAMES[step.name]! };
  const expected = (await store.get(key))?.revision ?? 1;
  const given = object(key.name, {}, { value });
  const record = step.record ? { value } : undefined;
  try {
    if (step.do === 'create') return await store.create(key, given, record);
    if (step.do === 'replace') return await store.replace(key, expected, given, record);
    return await store.delete(key, expected, step.record ? given : undefined);
  } catch (error) {
    return { ...(error as object), message: (error as Error).message };
  }
}

async function past(store: Store, at: Revision, limit: number): Promise<unknown> {
  const { items, revision, next } = await store.list({ resource: 'jobs' }, limit === 0 ? { at } : { at, limit });
  const rest = next && (await store.list({ resource: 'jobs', namespace: 'default' }, { at, after: next })).items;
  return { items, revision, next, rest, changes: await read(store, { resource: 'jobs' }, at) };
}
