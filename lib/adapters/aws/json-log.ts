/** Where a function says what whoever runs it may have to know: one line of JSON each, for CloudWatch Logs Insights. */
export class JsonLog {
  warn(message: string, details: { readonly [name: string]: unknown }): void {
    console.warn({ message, ...printable(details) });
  }

  info(message: string, details: { readonly [name: string]: unknown }): void {
    console.info({ message, ...printable(details) });
  }
}

/** Errors by name and message: what else they carry (requests, headers) may be secret. */
function printable(details: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value,
    ]),
  );
}
