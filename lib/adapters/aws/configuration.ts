import { ENV } from './names.js';

/** What a function knows of the stack it belongs to, from its environment. */
export class Configuration {
  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  /** Throws where the stack did not set it: a function without it cannot work at all. */
  text(name: keyof typeof ENV): string {
    const value = this.environment[ENV[name]];
    if (value === undefined || value === '') throw new Error(`${ENV[name]} is not set`);
    return value;
  }

  optional(name: keyof typeof ENV): string | undefined {
    return this.environment[ENV[name]] || undefined;
  }

  /** Of a comma-separated value; nothing set is an empty list. */
  list(name: keyof typeof ENV): readonly string[] {
    return (this.optional(name) ?? '').split(',').filter(Boolean);
  }

  flag(name: keyof typeof ENV): boolean {
    return this.optional(name) === 'true';
  }

  /** Throws where the value is not JSON, without showing it. */
  json(name: keyof typeof ENV): unknown {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw new Error(`${ENV[name]} is not valid JSON`);
    }
  }
}
