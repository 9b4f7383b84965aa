import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsProgram } from '../support/emulator-aws-cli.js';
import { stackOutputs, tagBucket } from '../support/emulator-deploy.js';
import type { Block } from './documented.js';
import { newestKubectl } from './kubectl-on-aws.js';
import type { Site } from './world.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
const REGION_OF_THE_PAGES = 'eu-central-1';

/**
 * Somebody who runs a page's commands as they stand, in a checkout, one block after the other in one shell. What is
 * different here:
 *
 * - the Region of the pages is the place's, and the stack's name that which the place asks for;
 * - `npm ci` and `git pull` do nothing: the checkout is the one under test, and it is built;
 * - the CDK is not asked whether it may (`--require-approval never`, `--force`), as nobody could answer;
 * - options of docs/aws.md that an emulator asks for are given as variables (`optionsFor`), as is the way to the API;
 * - MiniStack's buckets get their tags before the stack is destroyed (`tagBucket`);
 * - files go to a folder of the test's own (FINITE_DATA, `--output` of the CDK, kubectl's cache).
 */
export class Reader {
  readonly #programs: string;
  readonly #state: string;

  private constructor(private readonly site: Site) {
    this.#programs = join(site.folder, 'programs');
    this.#state = join(site.folder, 'state.sh');
  }

  static async at(site: Site): Promise<Reader> {
    const reader = new Reader(site);
    mkdirSync(reader.#programs);
    const real = (name: string): string =>
      execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    reader.#program('npm', `[ "$1" = ci ] || exec '${real('npm')}' "$@"`);
    reader.#program('git', `[ "$1" = pull ] || exec '${real('git')}' "$@"`);
    reader.#program('npx', `${cdkAnswers(join(site.folder, 'cdk.out'))}\nexec '${real('npx')}' "$@"`);
    reader.#program('kubectl', `exec '${newestKubectl!.path}' --cache-dir '${join(site.folder, 'kubectl')}' "$@"`);
    reader.#program('aws', `exec '${await awsProgram()}' "$@"`);
    return reader;
  }

  /** Resolves with what the block printed; rejects where one of its commands fails. */
  async run({ text }: Pick<Block, 'text'>): Promise<string> {
    if (text.includes('cdk destroy')) await tagBucketOf(this.site);
    const { place, stack } = this.site;
    const commands = text
      .replaceAll(REGION_OF_THE_PAGES, place.client.region)
      .replaceAll('--stack-name finite', `--stack-name ${stack}`);
    const before = existsSync(this.#state) ? `. '${this.#state}'\n` : '';
    return bash(`set -euo pipefail\n${before}${commands}\nexport -p > '${this.#state}'\n`, this.#environment());
  }

  #environment(): NodeJS.ProcessEnv {
    const { environment, folder, options } = this.site;
    // The page says itself who may use it.
    const { admins: _, ...others } = options;
    const given = Object.entries(others).map(([name, value]) => [variableOf(name), value]);
    return {
      ...process.env,
      ...environment,
      ...Object.fromEntries(given),
      FINITE_DATA: join(folder, 'data'),
      PATH: [this.#programs, process.env['PATH']].join(delimiter),
    };
  }

  #program(name: string, script: string): void {
    const path = join(this.#programs, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
}

/** For npx: what a person would answer the CDK, and where it puts its files. */
function cdkAnswers(folder: string): string {
  return [
    'case "$1 $2" in',
    `'cdk deploy') set -- "$@" --require-approval never --no-build --output '${folder}' ;;`,
    `'cdk destroy') set -- "$@" --force --no-build --output '${folder}' ;;`,
    `'cdk '*) set -- "$@" --no-build --output '${folder}' ;;`,
    'esac',
  ].join('\n');
}

/** `logRetentionDays` is FINITE_LOG_RETENTION_DAYS. */
function variableOf(option: string): string {
  return `FINITE_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

async function tagBucketOf({ place, stack }: Site): Promise<void> {
  await tagBucket(place.client, (await stackOutputs(place.client, stack))['BucketName']!);
}

function bash(script: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env, maxBuffer: OUTPUT_MAX_BYTES };
    execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${script}\nfailed:\n${stdout}${stderr}`, { cause: error }));
    });
  });
}
