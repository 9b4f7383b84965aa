/** Where the manager says what a person who runs it may have to know. */
export interface Log {
  warn(message: string, details: { readonly [name: string]: unknown }): void;
}
