import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Site } from './world.js';

const program = fileURLToPath(new URL('../../dist/bin/finite.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `finite aws …`, of the stack. */
export function finiteOnAws({ environment }: Pick<Site, 'environment'>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [program, 'aws', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** What it prints; rejects where it fails. */
export async function runFinite(site: Pick<Site, 'environment'>, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await finiteOnAws(site, ...args);
  if (code !== 0) throw new Error(`finite aws ${args.join(' ')}: exit code ${code}: ${stderr}`);
  return stdout;
}
