import type { Pod } from '../../apis/core/v1/pod/types.js';

const PREFIX = 'finite.dev/';
const INDEX = 'batch.kubernetes.io/job-completion-index';

/** Milliseconds a container runs: `finite.dev/run-ms[.NAME]`. Negative: until it is stopped. */
export function runMsOf(pod: Pod, container: string): number {
  return integer(read(pod, 'run-ms', container)) ?? 0;
}

/**
 * How an attempt ends: by the pod's completion index (`finite.dev/exit-code-by-index`, such as `0=0,3=42`) where it is
 * listed, else by `finite.dev/exit-code[.NAME]`, a list with one code per start in place, the last for all further ones.
 */
export function exitCodeOf(pod: Pod, container: string, attempt: number): number {
  const index = pod.metadata.annotations?.[INDEX];
  const byIndex = read(pod, 'exit-code-by-index')?.split(',') ?? [];
  const own = byIndex.map((pair) => pair.split('=')).find(([key]) => index !== undefined && key?.trim() === index);
  if (own) return integer(own[1]) ?? 0;
  const codes = read(pod, 'exit-code', container)?.split(',') ?? [];
  return integer(codes[Math.min(attempt, codes.length - 1)]) ?? 0;
}

/** Milliseconds a container takes to stop when it is asked to: `finite.dev/term-ms`. */
export function termMsOf(pod: Pod): number {
  return Math.max(0, integer(read(pod, 'term-ms')) ?? 0);
}

function read(pod: Pod, name: string, container?: string): string | undefined {
  const annotations = pod.metadata.annotations;
  const own = container === undefined ? undefined : annotations?.[`${PREFIX}${name}.${container}`];
  return own ?? annotations?.[`${PREFIX}${name}`];
}

function integer(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) ? undefined : value;
}
