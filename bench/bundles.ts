import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ENV } from '../lib/adapters/aws/names.js';
import { BUNDLE } from '../lib/infrastructure/functions/bundle.js';
import { percentile, type Row } from './table.js';

const FUNCTIONS = ['api', 'reconcile', 'launch', 'task-state', 'timer', 'cron', 'sweep'];
const LOADS = 9;
const BYTES_A_MEGABYTE = 1_000_000;

const lambdas = fileURLToPath(new URL('../lambdas', import.meta.url));

/** The functions as they are deployed: how large each is, and how long a new process takes to load it. */
export async function benchBundles(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'finite-bundles-'));
  try {
    const rows: Row[] = [];
    for (const name of FUNCTIONS) rows.push(rowOf(name, await bundled(name, folder), folder));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function bundled(name: string, folder: string): Promise<string> {
  const built = join(lambdas, `${name}.js`);
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [existsSync(built) ? built : join(lambdas, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: BUNDLE.target,
    mainFields: [...BUNDLE.mainFields],
    minify: BUNDLE.minify,
    banner: { js: BUNDLE.banner },
    logLevel: 'error',
  });
  return outfile;
}

function rowOf(name: string, file: string, folder: string): Row {
  const loads = Array.from({ length: LOADS }, () => loadMs(file, folder)).sort((one, other) => one - other);
  const megabytes = Number((statSync(file).size / BYTES_A_MEGABYTE).toFixed(2));
  return { function: name, megabytes, 'load ms': Math.round(percentile(loads, 50)) };
}

/** From the first import to the handler, without the start of Node.js itself. */
function loadMs(file: string, folder: string): number {
  const script = join(folder, 'load.mjs');
  const url = JSON.stringify(pathToFileURL(file).href);
  writeFileSync(
    script,
    `const start = performance.now(); await import(${url}); console.log(performance.now() - start); process.exit();`,
  );
  return Number(
    execFileSync(process.execPath, [script], { env: environment, encoding: 'utf8' }).trim().split('\n').at(-1),
  );
}

/** Every variable has some value, lists and texts the same; those that are JSON are left out but for one. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.values(ENV).map((name) => [name, 'bench'])),
  [ENV.quotas]: '',
  [ENV.admins]: '[]',
  [ENV.capacity]: 'FARGATE',
  AWS_REGION: 'us-east-1',
};
