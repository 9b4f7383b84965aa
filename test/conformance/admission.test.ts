import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownDifferences } from './admission/known-differences.js';
import { recordedCases, recordingsPresent, type AdmissionCase } from './recordings.js';
import { startCluster, type Cluster } from './updates/cluster.js';
import { playSequence } from './updates/player.js';

/** Nothing is stored by these cases, so that they share one namespace, under the name it had when they were recorded. */
const namespace = 'recorded';

const cases = recordingsPresent ? recordedCases<AdmissionCase>('admission') : [];
const families = new Map<string, { same: number; total: number }>();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
  await playSequence(cluster, { name: 'the namespace', steps: [] }, namespace);
});

afterAll(async () => {
  await cluster.stop();
  for (const [family, { same, total }] of families) console.info(`${family}: ${same} of ${total} cases the same`);
});

async function compare({ name, unordered, request, response }: AdmissionCase): Promise<void> {
  const family = families.get(familyOf(name)) ?? { same: 0, total: 0 };
  families.set(familyOf(name), family);
  family.total += 1;
  const step = { request, response, unordered: unordered === true };
  const [played] = await playSequence(cluster, { name, flags: { cluster: true }, steps: [step] }, namespace);
  expect(played?.actual).toEqual(played?.expected);
  family.same += 1;
}

function familyOf(name: string): string {
  return name.split('/')[0] ?? name;
}

describe.skipIf(!recordingsPresent)('admission answers as Kubernetes does', () => {
  it.each(cases.filter(({ name }) => !(name in knownDifferences)))('$name', compare);

  it.each(cases.filter(({ name }) => name in knownDifferences))(
    'but for a known difference: $name',
    async (recorded) => {
      // A difference that is none any more is to be struck off the list.
      await expect(compare(recorded)).rejects.toThrow();
    },
  );
});
