import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join, normalize, sep } from 'node:path';

/** What npm and npx put before the PATH while they run something; afterwards it is not there. */
const ofNpm = join('node_modules', '.bin');

/**
 * How another program can start this one later: by its name, where the PATH leads here; else by Node and the script,
 * with their paths.
 */
export function ownProgram(
  script = process.argv[1]!,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly [string, ...string[]] {
  const own = realpathSync(script);
  const found = (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !normalize(folder + sep).endsWith(sep + ofNpm + sep))
    .map((folder) => join(folder, 'finite'))
    .find(isExecutable);
  return found !== undefined && realpathSync(found) === own ? ['finite'] : [process.execPath, own];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
