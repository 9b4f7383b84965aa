import { readFileSync } from 'node:fs';
import { kubernetesVersion } from '../../lib/apiserver/kubernetes-version.js';

/** The versions, one per line. */
export function version(): string {
  return `finite ${finiteVersion()}\nKubernetes API ${kubernetesVersion}\nNode.js ${process.version}\n`;
}

/** As the package's manifest has it, beside the compiled program. */
export function finiteVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
