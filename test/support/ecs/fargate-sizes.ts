const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * 1024);

/** CPU units to the MiB that may go with them ("Task CPU and memory" in the ECS developer guide). */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16384, steps(32, 120, 8)],
]);

/** `.5 vCPU` and `1 GB` are other ways to say 512 and 1024. */
export function cpuUnits(text: string): number {
  const words = /^([\d.]+)\s*vcpu$/i.exec(text);
  return words === null ? Number(text) : Number(words[1]) * 1024;
}

export function memoryMiB(text: string): number {
  const words = /^([\d.]+)\s*gb$/i.exec(text);
  return words === null ? Number(text) : Number(words[1]) * 1024;
}

export function isFargateSize(cpu: number, memory: number): boolean {
  return SIZES.get(cpu)?.includes(memory) ?? false;
}
