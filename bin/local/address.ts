import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[::1]:PORT` or `:PORT` (the loopback); undefined where it is none of these. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65_535) return undefined;
  return { host: match.groups?.['v6'] ?? (match.groups?.['host'] || '127.0.0.1'), port };
}

/** `127.0.0.1:6443`, `[::1]:6443`. */
export function formatAddress({ host, port }: Address): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Under which names and addresses a listener can be reached: what its certificate has to name. */
export function reachableHosts(host: string): string[] {
  const always = ['localhost', '127.0.0.1', '::1'];
  if (host !== '0.0.0.0' && host !== '::') return [...new Set([...always, host])];
  const own = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
  return [...new Set([...always, ...own.filter((address) => !address.includes('%'))])];
}

/** The host to put into a kubeconfig for a listener: one cannot connect to "all addresses". */
export function clientHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
