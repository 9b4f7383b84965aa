const BASE_MS = 10_000;
const MAX_MS = 300_000;

/** The kubelet's back-off of restarts and of image pulls: 10 s, 20 s, 40 s … 300 s for the 1st, 2nd, 3rd … wait. */
export function backOffMs(wait: number): number {
  return wait <= 0 ? 0 : Math.min(BASE_MS * 2 ** (wait - 1), MAX_MS);
}

/** `1m20s`, as Go prints whole seconds. */
export function formatBackOff(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
