import type { ConfigMap } from '../../../apis/core/v1/configmap/types.js';
import type { Secret } from '../../../apis/core/v1/secret/types.js';

/** The objects of the pod's namespace. Undefined: there is none of that name. */
export interface InputObjects {
  configMap(name: string): Pick<ConfigMap, 'data' | 'binaryData'> | undefined;
  secret(name: string): Pick<Secret, 'data'> | undefined;
}

/** What is true of the place the pod runs on. */
export interface PodFacts {
  readonly nodeName: string;
  readonly hostIP: string;
  /** Empty while the pod has no address; see `inputReferences(pod).podIP`. */
  readonly podIP: string;
  /** Resource name to quantity: what `limits.cpu` and the like read when a container sets no limit. */
  readonly nodeAllocatable?: Readonly<Record<string, string>>;
}

export interface EnvValue {
  readonly name: string;
  readonly value: string;
}

/** Everything of one container that had to be resolved or expanded. */
export interface ContainerInputs {
  readonly env: readonly EnvValue[];
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly workingDir: string | undefined;
  readonly mounts: readonly ResolvedMount[];
}

export interface ResolvedMount {
  readonly volume: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Relative to the volume's root, `subPathExpr` expanded. Empty: the whole volume. */
  readonly subPath: string;
}

export type ResolvedVolume =
  | {
      readonly name: string;
      readonly type: 'empty';
      readonly medium: string;
      readonly sizeLimitBytes: number | undefined;
    }
  | { readonly name: string; readonly type: 'files'; readonly files: readonly VolumeFile[] }
  | { readonly name: string; readonly type: 'host-path'; readonly path: string; readonly pathType: string };

export interface VolumeFile {
  /** Relative, `/`-separated. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** Why a container cannot be started now. The inputs may come later: it is tried again. */
export interface InputProblem {
  /** Of the waiting state: `CreateContainerConfigError`, or `ContainerCreating` when a volume cannot be filled. */
  readonly reason: string;
  readonly message: string;
  readonly event: InputEvent;
}

export interface InputEvent {
  readonly type: 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type PodInputs =
  | { readonly problem: InputProblem }
  | {
      readonly problem?: undefined;
      /** By container name, init containers included. One container's problem holds up only that container. */
      readonly containers: Readonly<
        Record<string, (ContainerInputs & { readonly problem?: undefined }) | { readonly problem: InputProblem }>
      >;
      readonly volumes: readonly ResolvedVolume[];
      /** Texts of `.dockerconfigjson`, in the order of `imagePullSecrets`; those that are missing are left out. */
      readonly pullSecrets: readonly string[];
      /** What the pod's owner should know although the containers start. */
      readonly events: readonly InputEvent[];
    };

/** Thrown inside this folder only; `resolveInputs` turns it into an `InputProblem`. */
export class UnresolvedInput extends Error {}
