import pc from 'picocolors';

/**
 * Colours where a person reads: standard output is a terminal. NO_COLOR takes them away and FORCE_COLOR asks for them
 * (no-color.org, force-color.org). The library's own rule also colours whatever runs under CI, and with it files and pipes.
 */
export const colours = pc.createColors(wantsColours(process.env, process.stdout.isTTY));

export function wantsColours(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return true;
  return isTerminal && env['TERM'] !== 'dumb';
}
