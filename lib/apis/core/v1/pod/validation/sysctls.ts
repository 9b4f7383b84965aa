import { duplicateValue, invalidValue, requiredValue, type FieldError } from '../../../../meta/v1/field-error.js';
import type { PodSpec } from '../types.js';
import type { PodOptions } from './options.js';

const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const form = `^(${segment}[\\./])*${segment}$`;
const sysctlName = new RegExp(form);
const nameMax = 253;

const ipcNames = new Set(['kernel.sem']);
const ipcPrefixes = ['kernel.shm', 'kernel.msg', 'fs.mqueue.'];
const netPrefixes = ['net.'];

export function validateSysctls(spec: PodSpec, path: string, errors: FieldError[], options: PodOptions): void {
  const names = new Set<string>();
  (spec.securityContext?.sysctls ?? []).forEach(({ name = '' }, i) => {
    const at = `${path}[${i}].name`;
    if (!name) errors.push(requiredValue(at));
    else if (name.length > nameMax || !sysctlName.test(name)) {
      errors.push(invalidValue(at, name, `must have at most ${nameMax} characters and match regex ${form}`));
    } else if (names.has(name)) errors.push(duplicateValue(at, name));
    names.add(name);
    const conflict = options.hostSysctls ? undefined : sysctlConflict(name, spec);
    if (conflict !== undefined) errors.push(invalidValue(at, name, `may not be specified when '${conflict}' is true`));
  });
}

/** The field by which the pod shares with the host what the sysctl would change. */
export function sysctlConflict(name: string, spec: PodSpec): 'hostNetwork' | 'hostIPC' | undefined {
  const normal = normalized(name);
  if (spec.hostNetwork === true && netPrefixes.some((prefix) => normal.startsWith(prefix))) return 'hostNetwork';
  const ipc = ipcNames.has(normal) || ipcPrefixes.some((prefix) => normal.startsWith(prefix));
  return spec.hostIPC === true && ipc ? 'hostIPC' : undefined;
}

/** With dots between segments: in a name that begins with a slash-separated segment both mean the opposite. */
function normalized(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  if (separator !== '/') return name;
  return name.replace(/[./]/g, (found) => (found === '.' ? '/' : '.'));
}
