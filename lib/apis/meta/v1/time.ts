let lastSecond = Number.NaN;
let lastText = '';

/** `2026-01-02T03:04:05Z`: whole seconds, rounded down, as `metav1.Time` is written. `ms` since 1970. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  // Most times written in a row are of the same second.
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** Milliseconds since 1970 of an RFC 3339 time; undefined without one. */
export function parseTime(text: string): number;
export function parseTime(text: string | null | undefined): number | undefined;
export function parseTime(text: string | null | undefined): number | undefined {
  return text === undefined || text === null ? undefined : Date.parse(text);
}
