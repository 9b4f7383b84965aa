/**
 * What is let pass in a pod or pod template. Rules that came later than their field do not apply to an object that
 * already breaks them, so that it stays possible to change something else in it.
 */
export interface PodOptions {
  /** A pod itself; else the template of one, which is more lightly checked. */
  readonly isPod: boolean;
  readonly invalidDeletionCost: boolean;
  readonly invalidSelectorValues: boolean;
  readonly invalidNodeAffinityValues: boolean;
  readonly invalidSpreadSelector: boolean;
  readonly legacyMatchLabelKeys: boolean;
  readonly indivisibleHugePages: boolean;
  readonly nonLocalTokenPath: boolean;
  readonly hostSysctls: boolean;
  readonly anySELinuxChangePolicy: boolean;
  readonly volumeDevicesInUserNamespace: boolean;
  readonly hostNetworkInUserNamespace: boolean;
  readonly restartingInitContainerResize: boolean;
  readonly tolerationComparisons: boolean;
}

export function newPodOptions(isPod: boolean): PodOptions {
  return {
    isPod,
    invalidDeletionCost: false,
    invalidSelectorValues: false,
    invalidNodeAffinityValues: false,
    invalidSpreadSelector: false,
    legacyMatchLabelKeys: false,
    indivisibleHugePages: false,
    nonLocalTokenPath: false,
    hostSysctls: false,
    anySELinuxChangePolicy: false,
    volumeDevicesInUserNamespace: false,
    hostNetworkInUserNamespace: false,
    restartingInitContainerResize: false,
    tolerationComparisons: false,
  };
}
