import {
  boolean,
  int64,
  list,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';

export const appArmorProfile = struct(
  'io.k8s.api.core.v1.AppArmorProfile',
  'The AppArmor profile a container runs under.',
  {
    localhostProfile: pointer(string('Name of the profile on the node; only with type Localhost.')),
    type: required(
      oneOf(
        ['Localhost', 'RuntimeDefault', 'Unconfined'],
        'Where the profile comes from: Localhost, RuntimeDefault or Unconfined.',
        { goType: 'v1.AppArmorProfileType' },
      ),
    ),
  },
  { unions: [{ discriminator: 'type', fieldsToDiscriminateBy: { localhostProfile: 'LocalhostProfile' } }] },
);
export type AppArmorProfile = InferStruct<typeof appArmorProfile>;

export const capabilities = struct(
  'io.k8s.api.core.v1.Capabilities',
  'Rights of the superuser, given or taken one by one.',
  {
    add: list(string('', { goType: 'v1.Capability' }), 'Rights to give.', { listType: 'atomic' }),
    drop: list(string('', { goType: 'v1.Capability' }), 'Rights to take.', { listType: 'atomic' }),
  },
);
export type Capabilities = InferStruct<typeof capabilities>;

export const seLinuxOptions = struct('io.k8s.api.core.v1.SELinuxOptions', 'The SELinux label a container runs under.', {
  level: string("The label's level."),
  role: string("The label's role."),
  type: string("The label's type."),
  user: string("The label's user."),
});
export type SELinuxOptions = InferStruct<typeof seLinuxOptions>;

export const seccompProfile = struct(
  'io.k8s.api.core.v1.SeccompProfile',
  'Which system calls a container may use.',
  {
    localhostProfile: pointer(string('Path of the profile on the node; only with type Localhost.')),
    type: required(
      oneOf(
        ['Localhost', 'RuntimeDefault', 'Unconfined'],
        'Where the profile comes from: Localhost, RuntimeDefault or Unconfined.',
        { goType: 'v1.SeccompProfileType' },
      ),
    ),
  },
  { unions: [{ discriminator: 'type', fieldsToDiscriminateBy: { localhostProfile: 'LocalhostProfile' } }] },
);
export type SeccompProfile = InferStruct<typeof seccompProfile>;

export const windowsSecurityContextOptions = struct(
  'io.k8s.api.core.v1.WindowsSecurityContextOptions',
  'What matters for security on Windows only.',
  {
    gmsaCredentialSpec: pointer(string('The credential specification itself.')),
    gmsaCredentialSpecName: pointer(string('The name of a credential specification.')),
    hostProcess: pointer(boolean('Whether the container runs as a process of the host.')),
    runAsUserName: pointer(string('The user name under which the program runs.')),
  },
);
export type WindowsSecurityContextOptions = InferStruct<typeof windowsSecurityContextOptions>;

export const securityContext = struct(
  'io.k8s.api.core.v1.SecurityContext',
  'As whom and with which rights a container runs.',
  {
    allowPrivilegeEscalation: pointer(boolean('Whether a process may gain more rights than its parent.')),
    appArmorProfile: ref(appArmorProfile, 'The AppArmor profile to run under.'),
    capabilities: ref(capabilities, 'Rights of the superuser to give or take.'),
    privileged: pointer(boolean('Whether the container has all rights on the host.')),
    procMount: pointer(
      oneOf(['Default', 'Unmasked'], 'How `/proc` appears in the container.', { goType: 'v1.ProcMountType' }),
    ),
    readOnlyRootFilesystem: pointer(boolean("Whether the container's own file system can only be read.")),
    runAsGroup: pointer(int64('The group ID of the program.')),
    runAsNonRoot: pointer(boolean('Whether a container whose user is root must not start.')),
    runAsUser: pointer(int64('The user ID of the program.')),
    seLinuxOptions: ref(seLinuxOptions, 'The SELinux label to run under.'),
    seccompProfile: ref(seccompProfile, 'The system calls allowed.'),
    windowsOptions: ref(windowsSecurityContextOptions, 'What matters on Windows only.'),
  },
);
export type SecurityContext = InferStruct<typeof securityContext>;

export const sysctl = struct('io.k8s.api.core.v1.Sysctl', 'A kernel parameter of the pod.', {
  name: required(string("The parameter's name.")),
  value: required(string('The value to set.')),
});
export type Sysctl = InferStruct<typeof sysctl>;

export const podSecurityContext = struct(
  'io.k8s.api.core.v1.PodSecurityContext',
  'As whom and with which rights the containers of a pod run; a container may say otherwise.',
  {
    appArmorProfile: ref(appArmorProfile, 'The AppArmor profile to run under.'),
    fsGroup: pointer(int64("A group that owns the pod's volumes and belongs to all its processes.")),
    fsGroupChangePolicy: pointer(
      oneOf(
        ['Always', 'OnRootMismatch'],
        'Whether volumes change owner always, or only when their root differs (OnRootMismatch).',
        { goType: 'v1.PodFSGroupChangePolicy' },
      ),
    ),
    runAsGroup: pointer(int64('The group ID of the programs.')),
    runAsNonRoot: pointer(boolean('Whether containers whose user is root must not start.')),
    runAsUser: pointer(int64('The user ID of the programs.')),
    seLinuxChangePolicy: pointer(
      string('How volumes get the SELinux label: by relabelling (Recursive) or at the mount (MountOption).', {
        goType: 'v1.PodSELinuxChangePolicy',
      }),
    ),
    seLinuxOptions: ref(seLinuxOptions, 'The SELinux label to run under.'),
    seccompProfile: ref(seccompProfile, 'The system calls allowed.'),
    supplementalGroups: list(int64(), 'Further groups of the programs.', { listType: 'atomic' }),
    supplementalGroupsPolicy: pointer(
      oneOf(['Merge', 'Strict'], "Whether the image's groups are added (Merge) or not (Strict).", {
        goType: 'v1.SupplementalGroupsPolicy',
      }),
    ),
    sysctls: list(ref(sysctl), 'Kernel parameters of the pod.', { listType: 'atomic' }),
    windowsOptions: ref(windowsSecurityContextOptions, 'What matters on Windows only.'),
  },
);
export type PodSecurityContext = InferStruct<typeof podSecurityContext>;
