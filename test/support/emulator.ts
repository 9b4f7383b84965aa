import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const VERSION = '1.5.33';
const READY_TRIES = 300;
const READY_PAUSE_MS = 100;

/** An emulator of AWS. */
export interface Emulator {
  /** `http://localhost:4566`. */
  readonly endpoint: string;
  /** What it has written so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** The container engine that its own ECS runs tasks on, as in DOCKER_HOST. */
  readonly engine?: string;
  /** More variables, for the emulator and the functions that run in it: `AWS_ENDPOINT_URL_ECS`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Why none can be started here. */
export function whyNoEmulator(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'python3 with venv is not installed';
  }
}

/**
 * MiniStack on a free port, installed on first use below `.finite`, with the SDK that AWS' own Node.js runtime has. The
 * account is the access key's ID, where that is of twelve digits.
 */
export async function startEmulator({ engine, environment = {} }: EmulatorOptions = {}): Promise<Emulator> {
  const program = await install();
  const folder = await mkdtemp(join(tmpdir(), 'finite-emulator-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const logFile = join(folder, 'log');
  const child = spawn(program, [], {
    cwd: folder,
    env: {
      ...withoutAws(process.env),
      ...environment,
      ...(engine !== undefined && { DOCKER_HOST: engine }),
      GATEWAY_PORT: String(port),
      NODE_PATH: [runtimeModules(), join(root, 'node_modules')].join(delimiter),
    },
    stdio: ['ignore', openSync(logFile, 'a'), openSync(logFile, 'a')],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const log = (): string => readFileSync(logFile, 'utf8');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(deadline);
    await rm(folder, { recursive: true, force: true });
  };
  if (!(await answers(`${url}/_ministack/health`, () => child.exitCode === null))) {
    const text = log();
    await stop();
    throw new Error(`MiniStack did not come up:\n${text}`);
  }
  return { endpoint: url, log, stop };
}

/** Credentials and profiles of a real account have no business in the emulator. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')));
}

/** The path of its program. A folder without the mark was left by an installation that did not end. */
async function install(): Promise<string> {
  const folder = join(root, '.finite', `ministack-${VERSION}`);
  const mark = join(folder, 'installed');
  if (!existsSync(mark)) {
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const packages = [`ministack==${VERSION}`, 'docker', 'cryptography'];
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
    writeFileSync(mark, '');
  }
  return join(folder, 'bin', 'ministack');
}

/**
 * What AWS' Node.js runtime brings and the CDK's own custom resources import. The one that empties the VPC's default
 * security group asks for a client that finite does not use: here it finds one that answers everything with nothing.
 */
function runtimeModules(): string {
  const modules = join(root, '.finite', 'lambda-runtime');
  const ec2 = join(modules, '@aws-sdk', 'client-ec2');
  mkdirSync(ec2, { recursive: true });
  const text = 'exports.EC2 = class { constructor() { return new Proxy(this, { get: () => async () => ({}) }); } };\n';
  writeFileSync(join(ec2, 'index.js'), text);
  // Otherwise it would be what finite's own package.json says: a module.
  writeFileSync(join(ec2, 'package.json'), '{ "type": "commonjs" }\n');
  return modules;
}

async function answers(url: string, alive: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < READY_TRIES && alive(); tries++) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return true;
    await new Promise((resolve) => setTimeout(resolve, READY_PAUSE_MS));
  }
  return false;
}
