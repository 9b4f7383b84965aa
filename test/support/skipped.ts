/** The name of tests that are skipped where `why` says why. */
export function skipped(name: string, why: string | undefined): string {
  return why === undefined ? name : `${name} (skipped: ${why})`;
}
