import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownDifferences } from './known-differences.js';
import { recordedCases, whyNoRecordings } from './recordings.js';
import { startCluster, type Cluster } from './updates/cluster.js';
import { playSequence, type PlayedStep } from './updates/player.js';
import type { Sequence } from './updates/sequence.js';
import { skipped } from '../support/skipped.js';

const sequences = recordedCases<Sequence>('updates');
const played = new Map<string, PlayedStep[] | Error>();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
  // All at once: most of the time goes into waiting for what the recordings waited for.
  await Promise.all(
    sequences.map(async (sequence, index) => {
      const steps = playSequence(cluster, sequence, `seq-${index}`);
      played.set(sequence.name, await steps.catch((error: unknown) => error as Error));
    }),
  );
});
afterAll(() => cluster.stop());

function comparison(name: string): { expected: unknown; actual: unknown } {
  const steps = played.get(name)!;
  if (steps instanceof Error) throw steps;
  return { expected: steps.map(({ expected }) => expected), actual: steps.map(({ actual }) => actual) };
}

describe.skipIf(whyNoRecordings !== undefined)(skipped('answers as Kubernetes does', whyNoRecordings), () => {
  const names = sequences.map(({ name }) => name);

  it.each(names.filter((name) => !(name in knownDifferences)))('%s', (name) => {
    const { expected, actual } = comparison(name);
    expect(actual).toEqual(expected);
  });

  it.each(names.filter((name) => name in knownDifferences))('but for a known difference: %s', (name) => {
    const { expected, actual } = comparison(name);
    // A difference that is none any more is to be struck off the list.
    expect(actual).not.toEqual(expected);
  });
});
