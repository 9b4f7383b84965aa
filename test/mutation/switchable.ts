import { readFileSync } from 'node:fs';
import type { Plugin } from 'vitest/config';
import { mutantsOf } from './mutants.js';

/** Where the switch is: a global of this name. */
export const SWITCH = 'finiteMutant';

export interface Switch {
  /** The source file that is exchanged, and the module that stands in for it. */
  readonly path: string;
  readonly module: unknown;
  /** When the mutant has had enough time, by `performance.now()`: each of the folder's functions throws from then on. */
  readonly until: number;
}

/**
 * Makes the modules of a folder exchangeable while everything runs: `x.ts` becomes a thin module that asks at each call
 * which `x.ts` is meant, and `x.ts?mutant=7` is its seventh mutant. So nothing is loaded twice but the mutants
 * themselves, and trying one costs no more than its tests. The tests' `vitest` becomes `collector`, which lists the
 * tests instead of running them.
 */
export function switchable(folder: string, collector: string): Plugin {
  return {
    name: 'switchable',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source === 'vitest' && importer?.endsWith('.test.ts') === true ? collector : undefined,
    load(id) {
      const [path = '', query = ''] = id.split('?');
      if (!path.startsWith(folder) || !path.endsWith('.ts')) return undefined;
      const source = readFileSync(path, 'utf8');
      const mutant = /^mutant=(\d+)/.exec(query)?.[1];
      if (mutant !== undefined) return mutantsOf(source)[Number(mutant)]!.text;
      return query.startsWith('original') ? source : dispatcher(path, source);
    },
  };
}

function dispatcher(path: string, source: string): string {
  const names = (kind: string) =>
    [...source.matchAll(new RegExp(`^export ${kind} (\\w+)`, 'gm'))].map(([, name]) => name);
  const original = JSON.stringify(`${path}?original`);
  return [
    `import * as original from ${original};`,
    'function now() {',
    `  const mutant = globalThis.${SWITCH};`,
    '  if (mutant === undefined) return original;',
    "  if (performance.now() > mutant.until) throw new Error('this takes too long');",
    `  return mutant.path === ${JSON.stringify(path)} ? mutant.module : original;`,
    '}',
    ...names('function').map((name) => `export function ${name}(...given) { return now().${name}(...given); }`),
    ...names('class').map(
      (name) =>
        `export const ${name} = new Proxy(class {}, { construct: (_, given) => new (now().${name})(...given) });`,
    ),
    ...names('const').map((name) => `export { ${name} } from ${original};`),
  ].join('\n');
}
