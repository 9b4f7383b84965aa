import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The packages that are loaded with a file, by itself and by what it imports of ours; types and later imports are not. */
function packagesOf(path: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(path)) return packages;
  seen.add(path);
  const text = readFileSync(join(root, path), 'utf8');
  for (const [, kind, specifier] of text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)';/gm)) {
    if (kind !== undefined) continue;
    if (!specifier!.startsWith('.')) packages.add(specifier!);
    else {
      const target = join(dirname(path), specifier!.replace(/\.js$/, '.ts'));
      for (const name of packagesOf(target, seen)) packages.add(name);
    }
  }
  return packages;
}

const isAws = (name: string): boolean => /^@(?:aws-sdk|aws-crypto|smithy)\//.test(name);

describe('no AWS SDK is loaded', () => {
  it.each(['bin/finite.ts', 'bin/commands/run.ts', 'bin/commands/up.ts', 'bin/commands/backfill.ts'])(
    'with %s',
    (path) => {
      const packages = [...packagesOf(path)];
      expect(packages.length).toBeGreaterThan(1);
      expect(packages.filter(isAws)).toEqual([]);
    },
  );

  it('but with the commands that need one', () => {
    expect([...packagesOf('bin/commands/aws/token.ts')].filter(isAws)).toContain('@smithy/signature-v4');
  });
});
