import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** A user's `exec` in a kubeconfig: a program that prints an `ExecCredential`. */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
}

interface ExecCredential {
  readonly kind?: string;
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

/** A token that ends so soon may have ended when it arrives. */
const RENEWED_BEFORE_MS = 10_000;

/**
 * Tells the token that a program makes; the program runs again when the token ends. Paths with a slash are relative to
 * the kubeconfig's folder. Rejects with what the program says.
 */
export function execToken(config: ExecConfig, folder: string, now: () => number = Date.now): () => Promise<string> {
  let known: { readonly token: string; readonly untilMs: number } | undefined;
  return async () => {
    if (known === undefined || now() >= known.untilMs - RENEWED_BEFORE_MS) {
      const { token, expirationTimestamp } = await runPlugin(config, folder);
      known = { token, untilMs: expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp) };
    }
    return known.token;
  };
}

async function runPlugin(
  config: ExecConfig,
  folder: string,
): Promise<{ readonly token: string; readonly expirationTimestamp?: string }> {
  const { command = '', apiVersion } = config;
  const credential = parse(await output(config, folder));
  const { token, expirationTimestamp } = credential?.status ?? {};
  if (credential?.kind !== 'ExecCredential' || typeof token !== 'string' || token === '') {
    throw new Error(`${command} printed no token (an ExecCredential of ${apiVersion} was asked for)`);
  }
  return { token, expirationTimestamp };
}

function output({ apiVersion, command, args, env, installHint }: ExecConfig, folder: string): Promise<string> {
  if (!command) throw new Error('the kubeconfig names no program for credentials');
  const program = command.includes('/') ? resolve(folder, command) : command;
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const asked = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  const options = { env: { ...process.env, ...own, KUBERNETES_EXEC_INFO: asked } };
  return new Promise((done, reject) => {
    const child = execFile(program, [...(args ?? [])], options, (error, stdout, stderr) => {
      if (error === null) return done(stdout);
      const isMissing = error.code === 'ENOENT';
      const why = isMissing
        ? `it is not there${installHint ? `; ${installHint}` : ''}`
        : stderr.trim() || error.message;
      reject(new Error(`${command} makes no credentials: ${why}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

function parse(text: string): ExecCredential | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as ExecCredential | undefined;
  } catch {
    return undefined;
  }
}
