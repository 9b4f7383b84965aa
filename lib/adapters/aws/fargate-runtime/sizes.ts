/**
 * The sizes of Fargate tasks: each number of CPU units (1,024 are one vCPU) goes with some amounts of memory (MiB). The
 * source is the published table, "Task CPU and memory" in the ECS developer guide.
 */
export interface FargateSize {
  readonly cpu: number;
  readonly memory: number;
}

interface Row {
  readonly cpu: number;
  readonly memory: readonly number[];
}

const rows: readonly Row[] = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: steps(1024, 4096, 1024) },
  { cpu: 1024, memory: steps(2048, 8192, 1024) },
  { cpu: 2048, memory: steps(4096, 16_384, 1024) },
  { cpu: 4096, memory: steps(8192, 30_720, 1024) },
  { cpu: 8192, memory: steps(16_384, 61_440, 4096) },
  { cpu: 16_384, memory: steps(32_768, 122_880, 8192) },
];

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

/** The smallest size that holds both, the fewest vCPUs first, as they are what costs. Undefined: there is none. */
export function smallestSize({ cpu, memory }: FargateSize): FargateSize | undefined {
  for (const row of rows) {
    const enough = row.cpu < cpu ? undefined : row.memory.find((each) => each >= memory);
    if (enough !== undefined) return { cpu: row.cpu, memory: enough };
  }
  return undefined;
}

/** The valid sizes that come closest to an impossible one: the one with its memory, and the one with its CPU. */
export function nearestSizes(wanted: FargateSize): readonly FargateSize[] {
  const most = rows.at(-1)!;
  const cpu = Math.min(wanted.cpu, most.cpu);
  const memory = Math.min(wanted.memory, most.memory.at(-1)!);
  const both = smallestSize({ cpu, memory })!;
  const byCpu = rows.find((row) => row.cpu >= cpu)!;
  const largest = { cpu: byCpu.cpu, memory: byCpu.memory.at(-1)! };
  return largest.cpu === both.cpu && largest.memory === both.memory ? [both] : [largest, both];
}

/** `0.25 vCPU with 512 MiB`, `4 vCPU with 30 GiB`. */
export function formatSize({ cpu, memory }: FargateSize): string {
  return `${cpu / 1024} vCPU with ${memory < 1024 ? `${memory} MiB` : `${memory / 1024} GiB`}`;
}
