/** What was asked for makes no sense as it was typed or written: exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
