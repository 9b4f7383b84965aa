/** Where a function says what whoever runs it may have to know: one line of JSON each, for CloudWatch Logs Insights. */
export class JsonLog {
  warn(message: string, details: { readonly [name: string]: unknown }): void {
    console.warn({ message, ...printable(details) });
  }

  info(message: string, details: { readonly [name: string]: unknown }): void {
    console.info({ message, ...printable(details) });
  }
}

function printable(details: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, value instanceof Error ? printableError(value) : value]),
  );
}

/** By name and message, and so what caused it: what else errors carry (requests, headers) may be secret. */
function printableError({ name, message, stack, cause }: Error): object {
  return { name, message, stack, ...(cause instanceof Error && { cause: printableError(cause) }) };
}
