import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface CompiledProgram {
  /** For Node.js to run. */
  readonly path: string;
  remove(): void;
}

/**
 * Compiles a program of the repository from its sources as they are now, with what it imports, to lie as a build does: what
 * a test spawns and kills must be a program of its own, and vitest transforms TypeScript only within its own process.
 *
 * @param source `bin/finite.ts`
 */
export function compileProgram(source: string): CompiledProgram {
  // Inside the repository, where packages and types are found.
  const folder = join(repository, 'node_modules', '.cache', `${basename(source, '.ts')}-${process.pid}-${Date.now()}`);
  const outDir = join(folder, 'dist');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(repository, 'package.json'), join(folder, 'package.json'));
  const config = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: { outDir, rootDir: repository, noCheck: true, sourceMap: false },
    include: [],
    files: [join(repository, source)],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')], { stdio: 'inherit' });
  } catch (error) {
    remove();
    throw error;
  }
  return { path: join(outDir, source.replace(/\.ts$/, '.js')), remove };
}
