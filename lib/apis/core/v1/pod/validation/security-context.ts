import {
  invalidValue,
  PrintedValue,
  requiredValue,
  tooLongValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength, goJson } from '../../../../meta/v1/go-text.js';
import { idProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../../internal-form.js';
import {
  seccompProfile,
  securityContext,
  type AppArmorProfile,
  type PodSecurityContext,
  type SeccompProfile,
  type SecurityContext,
} from '../security.js';
import type { PodSpec } from '../types.js';
import type { PodOptions } from './options.js';
import { validateDescendingPath } from './paths.js';
import { validateSysctls } from './sysctls.js';
import { validateWindowsOptions } from './windows-options.js';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const profilePathMax = 4095;

/** `securityContext` of the pod, and what stands beside it in the spec. */
export function validatePodSecurityContext(
  spec: PodSpec,
  specPath: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const path = `${specPath}.securityContext`;
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[field];
    if (id !== undefined) addInvalid(errors, `${path}.${field}`, id, idProblems(id));
  }
  context.supplementalGroups?.forEach((group, i) => {
    addInvalid(errors, `${path}.supplementalGroups[${i}]`, group, idProblems(group));
  });
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const problem = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalidValue(`${path}.shareProcessNamespace`, true, problem));
  }
  validateSysctls(spec, `${path}.sysctls`, errors, options);
  checkPolicy(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`, errors);
  validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
  checkPolicy(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`, errors);
  const changePolicies = options.anySELinuxChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive'];
  checkPolicy(context.seLinuxChangePolicy, changePolicies, `${path}.seLinuxChangePolicy`, errors);
}

function checkPolicy(
  policy: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  if (policy !== undefined && !supported.includes(policy)) errors.push(unsupportedValue(path, policy, supported));
}

/** `securityContext` of a container. `hostUsers`: whether the pod shares the host's users. */
export function validateSecurityContext(
  context: SecurityContext,
  path: string,
  errors: FieldError[],
  hostUsers: boolean,
): void {
  for (const field of ['runAsUser', 'runAsGroup'] as const) {
    const id = context[field];
    if (id !== undefined) addInvalid(errors, `${path}.${field}`, id, idProblems(id));
  }
  checkPolicy(context.procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors);
  if (hostUsers && context.procMount === 'Unmasked') {
    errors.push(invalidValue(`${path}.procMount`, 'Unmasked', '`hostUsers` must be false to use `Unmasked`'));
  }
  validateSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  if (context.allowPrivilegeEscalation === false) checkNoEscalation(context, path, errors);
  validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  validateAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
}

function checkNoEscalation(context: SecurityContext, path: string, errors: FieldError[]): void {
  const refuse = (what: string) => {
    const printed = new PrintedValue(printInternal(securityContext, context));
    errors.push(invalidValue(path, printed, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`));
  };
  if (context.privileged === true) refuse('`privileged` to true');
  for (const capability of context.capabilities?.add ?? []) {
    if (capability === 'CAP_SYS_ADMIN') refuse('`capabilities.Add` CAP_SYS_ADMIN');
  }
}

function validateSeccompProfile(profile: SeccompProfile | undefined, path: string, errors: FieldError[]): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  if (!type) errors.push(requiredValue(`${path}.type`, 'type is required when seccompProfile is set'));
  else checkPolicy(type, profileTypes, `${path}.type`, errors);
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (localhostProfile === undefined) errors.push(requiredValue(at, 'must be set when seccomp type is Localhost'));
    else validateDescendingPath(localhostProfile, at, errors);
  } else if (localhostProfile !== undefined) {
    const printed = new PrintedValue(printInternal(seccompProfile, profile));
    errors.push(invalidValue(at, printed, 'can only be set when seccomp type is Localhost'));
  }
}

/** A profile may also come from an annotation. */
export function validateAppArmorProfile(
  profile: AppArmorProfile | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  if (type === 'Localhost') validateLocalhostProfile(localhostProfile, at, errors);
  else if (type === 'RuntimeDefault' || type === 'Unconfined') {
    if (localhostProfile !== undefined) {
      const printed = new PrintedValue(goJson(localhostProfile));
      errors.push(invalidValue(at, printed, 'can only be set when AppArmor type is Localhost'));
    }
  } else if (!type) errors.push(requiredValue(`${path}.type`, 'type is required when appArmorProfile is set'));
  else errors.push(unsupportedValue(`${path}.type`, type, profileTypes));
}

function validateLocalhostProfile(profile: string | undefined, path: string, errors: FieldError[]): void {
  const missing = () => errors.push(requiredValue(path, 'must be set when AppArmor type is Localhost'));
  if (profile === undefined) {
    missing();
    return;
  }
  if (profile.trim() !== profile) errors.push(invalidValue(path, profile, 'must not be padded with whitespace'));
  else if (profile === '') missing();
  if (byteLength(profile) > profilePathMax) errors.push(tooLongValue(path, profilePathMax));
}
