/**
 * Environment files as ECS reads them from S3: `NAME=value` by line, values verbatim, no quotes, no escapes, `#` begins a
 * comment. What has line breaks cannot be written so, nor a name that would read as something else.
 */

export interface Variable {
  readonly name: string;
  readonly value: string;
}

export function fitsEnvFile({ name, value }: Variable): boolean {
  return !/[\r\n\0]/.test(value) && !/^[#\s]/.test(name);
}

/** Every variable must fit. */
export function envFile(variables: readonly Variable[]): string {
  return variables.map(({ name, value }) => `${name}=${value}\n`).join('');
}
