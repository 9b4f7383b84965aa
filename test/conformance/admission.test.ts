import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownDifferences } from './admission/known-differences.js';
import { recordedCases, whyNoRecordings, type AdmissionCase } from './recordings.js';
import { startCluster, type Cluster } from './updates/cluster.js';
import { playSequence, type PlayedStep } from './updates/player.js';
import { skipped } from '../support/skipped.js';

/** Nothing is stored by these cases, so that they share one namespace, under the name it had when they were recorded. */
const namespace = 'recorded';

const cases = recordedCases<AdmissionCase>('admission');
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

async function play({ name, unordered, request, response }: AdmissionCase): Promise<PlayedStep> {
  const step = { request, response, unordered: unordered === true };
  const [played] = await playSequence(cluster, { name, flags: { cluster: true }, steps: [step] }, namespace);
  return played!;
}

function familyWith({ name }: AdmissionCase): { same: number; total: number } {
  const family = families.get(familyOf(name)) ?? { same: 0, total: 0 };
  families.set(familyOf(name), family);
  family.total += 1;
  return family;
}

function familyOf(name: string): string {
  return name.split('/')[0] ?? name;
}

describe.skipIf(whyNoRecordings !== undefined)(skipped('admission answers as Kubernetes does', whyNoRecordings), () => {
  it.each(cases.filter(({ name }) => !(name in knownDifferences)))('$name', async (recorded) => {
    const family = familyWith(recorded);
    const { expected, actual } = await play(recorded);
    expect(actual).toEqual(expected);
    family.same += 1;
  });

  it.each(cases.filter(({ name }) => name in knownDifferences))(
    'but for a known difference: $name',
    async (recorded) => {
      familyWith(recorded);
      const { expected, actual } = await play(recorded);
      // A difference that is none any more is to be struck off the list.
      expect(actual).not.toEqual(expected);
    },
  );
});
