import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AgentOptions } from 'node:https';

/** Where a container engine may listen. */
export interface EngineAddress {
  /** As a user would write it: `unix:///var/run/docker.sock`. */
  readonly text: string;
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  /** TLS with the client's certificate, as `DOCKER_TLS_VERIFY` asks for. */
  readonly tls?: AgentOptions;
}

/** The addresses to try, best first. `DOCKER_HOST` is an order: nothing else is tried then. */
export function engineAddresses(env: NodeJS.ProcessEnv = process.env): EngineAddress[] {
  const host = env['DOCKER_HOST'];
  if (host) return [parseHost(host, env)];
  const home = homedir();
  const runtime = env['XDG_RUNTIME_DIR'] ?? (process.getuid ? `/run/user/${process.getuid()}` : undefined);
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman', 'podman.sock')] : []),
    '/run/podman/podman.sock',
    ...['.docker/run', '.docker/desktop', '.colima/default', '.rd', '.orbstack/run'].map((folder) =>
      join(home, folder, 'docker.sock'),
    ),
  ];
  return sockets.map((socketPath) => ({ text: `unix://${socketPath}`, socketPath }));
}

/** Why there is no point in asking there. */
export function whyNot({ text, socketPath, host }: EngineAddress): string | undefined {
  if (socketPath !== undefined) return existsSync(socketPath) ? undefined : 'there is no such socket';
  return host === undefined ? `only unix:// and tcp:// are understood, not ${text}` : undefined;
}

function parseHost(text: string, env: NodeJS.ProcessEnv): EngineAddress {
  if (text.startsWith('unix://')) return { text, socketPath: text.slice('unix://'.length) };
  const parts = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(text);
  if (parts === null) return { text };
  const tls = env['DOCKER_TLS_VERIFY']
    ? readCertificates(env['DOCKER_CERT_PATH'] ?? join(homedir(), '.docker'))
    : undefined;
  return { text, host: parts[1]!.replace(/^\[|\]$/g, ''), port: Number(parts[2] ?? (tls ? 2376 : 2375)), tls };
}

function readCertificates(folder: string): AgentOptions {
  const read = (name: string) => readFileSync(join(folder, name));
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
