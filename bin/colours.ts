import pc from 'picocolors';

/**
 * Colours where a person reads: standard output is a terminal. NO_COLOR takes them away and FORCE_COLOR asks for them
 * (no-color.org, force-color.org). The library's own rule also colours whatever runs under CI, and with it files and pipes.
 */
export const colours = pc.createColors(wantsColours(process.env, process.stdout));

export function wantsColours(env: NodeJS.ProcessEnv, { isTTY = false }: { readonly isTTY?: boolean }): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return true;
  return isTTY && env['TERM'] !== 'dumb';
}
