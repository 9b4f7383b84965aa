import { describe, expect, it, test } from 'vitest';
import { formatSize, nearestSizes, smallestSize } from '../../../../lib/adapters/aws/fargate-runtime/sizes.js';

describe('the smallest size', () => {
  it.each([
    // asked: CPU units, MiB; given
    [0, 0, 256, 512],
    [256, 513, 256, 1024],
    [256, 2048, 256, 2048],
    [256, 2049, 512, 3072],
    [257, 0, 512, 1024],
    [512, 4097, 1024, 5120],
    [1024, 1, 1024, 2048],
    [1025, 0, 2048, 4096],
    [2048, 16_384, 2048, 16_384],
    [2048, 16_385, 4096, 17_408],
    [4096, 30_720, 4096, 30_720],
    [4096, 30_721, 8192, 32_768],
    [4097, 0, 8192, 16_384],
    [8192, 20_481, 8192, 24_576],
    [8192, 61_441, 16_384, 65_536],
    [16_384, 32_769, 16_384, 40_960],
    [1, 122_880, 16_384, 122_880],
  ])('for %i CPU units and %i MiB is %i and %i', (cpu, memory, expectedCpu, expectedMemory) => {
    expect(smallestSize({ cpu, memory })).toEqual({ cpu: expectedCpu, memory: expectedMemory });
  });

  it.each([
    [16_385, 0],
    [0, 122_881],
  ])('there is none for %i CPU units and %i MiB', (cpu, memory) => {
    expect(smallestSize({ cpu, memory })).toBeUndefined();
  });
});

test('there are as many sizes as the published table lists', () => {
  const sizes = new Set<string>();
  for (const cpu of [256, 512, 1024, 2048, 4096, 8192, 16_384]) {
    for (let memory = 512; memory <= 122_880; memory += 512) {
      const size = smallestSize({ cpu, memory });
      if (size?.cpu === cpu) sizes.add(formatSize(size));
    }
  }
  expect(sizes.size).toBe(3 + 4 + 7 + 13 + 23 + 12 + 12);
});

test.each([
  [{ cpu: 32_768, memory: 65_536 }, ['16 vCPU with 120 GiB', '16 vCPU with 64 GiB']],
  [{ cpu: 1024, memory: 204_800 }, ['1 vCPU with 8 GiB', '16 vCPU with 120 GiB']],
  [{ cpu: 32_768, memory: 204_800 }, ['16 vCPU with 120 GiB']],
])('the nearest sizes to %j are %j', (wanted, expected) => {
  expect(nearestSizes(wanted).map(formatSize)).toEqual(expected);
});
