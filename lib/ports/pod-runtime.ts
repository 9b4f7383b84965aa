import type { Pod } from '../apis/core/v1/pod/types.js';

/**
 * The pod runtime: what runs a pod's containers. The pure pod controller (`controllers/pod`) decides what to start and
 * when to stop; the runtime does it and reports what is.
 *
 * Contract of every adapter (`test/contract/pod-runtime` is its suite)
 * 1. A container start is identified by pod UID, container name and attempt (0, 1, 2 …, the restart count). Asking for
 *    the same start twice runs it once, also across a crash of this process.
 * 2. What was started is found again after a restart of this process, and its exit code is not lost, until `remove`.
 * 3. `observe` tells the whole truth of one pod; `onChange` only says "look at this pod" and may repeat itself, be late
 *    or come for pods nobody asked for. Never lost for good: after a reconnect every pod is announced.
 * 4. Failures of a container's start (missing image, bad command) are reported as container states, never thrown.
 *    What is thrown is the runtime's own trouble (engine gone): the caller retries with back-off.
 */
export interface PodRuntime {
  readonly name: string;
  /** The node that pods are bound to, `spec.nodeName`. Undefined: pods are not bound and nothing runs them. */
  readonly nodeName: string | undefined;
  /** The address of the node, for `status.hostIP`; empty where each pod is a host of its own. */
  readonly nodeIP: string;
  /** Resource name to quantity: what `limits.cpu` reads in a container without that limit. Left out: reads as 0. */
  readonly nodeAllocatable?: Readonly<Record<string, string>>;
  /** Pods only pretend to run: their placement on the node is not worth an event. */
  readonly pretended?: boolean;
  /** What somebody who starts the server should know of this runtime, one sentence each. */
  readonly notes?: readonly string[];

  /**
   * The pod's address before its first container, for those pods alone whose inputs read it: makes the pod's network
   * when it is not there yet. Left out: pods share the node's address.
   */
  podIP?(pod: Pod): Promise<string>;

  observe(pod: PodReference): Promise<PodReport>;

  /**
   * The pod as this runtime runs it, before its inputs are resolved: without volumes it cannot fill. Left out: as it is.
   */
  shape?(pod: Pod): Pod;

  /**
   * For runtimes that cannot start one container alone: called in the place of `start`, with all containers of the pod.
   * Resolves when the start is durable, or with what it waits for; then nothing has been started, and the same is asked
   * again when the runtime or `retryAt` wakes the pod. Asked twice, it starts once.
   */
  startPod?(request: PodStart): Promise<PodHold | undefined>;

  /** A pod that is heard of running under this name, and is not the one of this UID (undefined: there is none). */
  strangerOf?(name: Pick<PodIdentity, 'namespace' | 'name'>, uid: string | undefined): PodIdentity | undefined;

  /** Whether nothing about a change of such a pod needs a look: what comes next is told by `onChange`. Left out: never. */
  isSettled?(pod: Pod): boolean;

  /**
   * Starts one container; resolves when the start is durable (the container exists), not when it has ended. Where an
   * image has to be pulled first it resolves as soon as the pull is under way: `observe` then says `ContainerCreating`,
   * and a crash before the pull's end leaves nothing, so that the start is asked for again. A start that failed in a
   * waiting state (`ErrImagePull` …) is tried again by asking for the same attempt.
   */
  start(request: ContainerStart): Promise<void>;

  /**
   * TERM to all running containers (or those named), KILL after `graceSeconds`; resolves when the stop is under way.
   * Asked again, it sends no second TERM, and KILL comes at the earlier of both times. Starts under way are given up.
   */
  stop(pod: PodReference, graceSeconds: number, containers?: readonly string[]): Promise<void>;

  /** Forgets a stopped pod: its containers, volumes and, with `logs`, its logs. Doing it twice is no error. */
  remove(pod: PodReference, options: { readonly logs: boolean }): Promise<void>;

  /** Every pod of which the runtime still holds something: what a restarted server compares with its store. */
  list(): Promise<readonly PodIdentity[]>;

  onChange(listener: (pod: PodIdentity) => void): void;

  close(): Promise<void>;
}

export interface PodIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** A pod with the object as it is or was stored, where the caller has it: in it is what the runtime asked to be kept. */
export interface PodReference extends PodIdentity {
  readonly object?: Pod;
}

/** A pod to start as a whole. */
export interface PodStart {
  readonly pod: Pod;
  /** Init containers in order, then the others; `attempt` is the one each is to run as, or has ended as. */
  readonly containers: readonly ContainerStart[];
  /** The containers that are to run now; the others have ended for good, or wait for their turn. */
  readonly asked: ReadonlySet<string>;
  /** What the pod was told to wait for when this was asked for the last time, and until when. */
  readonly held?: { readonly reason: string; readonly until: number };
  /** Of the pod's ServiceAccount. */
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
}

/** Why a pod waits for its place. It does not fail for that. */
export interface PodHold {
  /** As a condition's reason: one CamelCase word. */
  readonly reason: string;
  /** Names the cause and, where it is known, the expected start. */
  readonly message: string;
  /** When the pod is expected to start, in ms since 1970. */
  readonly expectedAt: number;
  /** When to ask again. Left out: the runtime sees to it that the pod is looked at when its turn has come. */
  readonly retryAt?: number;
}

/** A container to start, with everything resolved: the runtime reads no other object. */
export interface ContainerStart {
  readonly pod: Pod;
  /** The container's name in `spec.initContainers` or `spec.containers`. */
  readonly container: string;
  readonly attempt: number;
  readonly image: string;
  /** Undefined: the image's entry point. `$(VAR)` is already expanded. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly workingDir: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** The pod's volumes with the contents of those that have any. */
  readonly volumes: readonly ResolvedVolume[];
  /** The container's own mounts of them. */
  readonly mounts: readonly ResolvedMount[];
  /** Texts of `.dockerconfigjson`, in the order of `imagePullSecrets`. */
  readonly pullSecrets: readonly string[];
  /** `metadata.name`-like host name of the pod. */
  readonly hostname: string;
}

export type ResolvedVolume =
  | {
      readonly name: string;
      readonly type: 'empty';
      readonly medium: string;
      readonly sizeLimitBytes: number | undefined;
    }
  | { readonly name: string; readonly type: 'files'; readonly files: readonly VolumeFile[] }
  /** `pathType` is the API's `hostPath.type`; empty: nothing is checked or made. */
  | { readonly name: string; readonly type: 'host-path'; readonly path: string; readonly pathType: string };

export interface ResolvedMount {
  readonly volume: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Relative to the volume's root, `subPathExpr` expanded. Empty: the whole volume. */
  readonly subPath: string;
}

export interface VolumeFile {
  /** Relative, `/`-separated. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

export interface PodReport {
  /** The pod's own address, when it has one. */
  readonly podIP?: string;
  /** Newest attempt of each container the runtime knows, in no order. None: the runtime has never heard of the pod. */
  readonly containers: readonly ContainerReport[];
  /** Events worth showing to the pod's owner since the last report that mentioned them (pulled, created, unsupported …). */
  readonly events: readonly RuntimeEvent[];
  /** To be kept with the pod, in the write of its status: the runtime finds it again in `PodReference.object`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The place the pod had been given was taken back before anything ran. */
  readonly unscheduled?: { readonly reason: string; readonly message: string };
  /** The host took the pod away. Its containers that had not ended are lost. */
  readonly disruption?: { readonly message: string };
}

export interface RuntimeEvent {
  readonly type: 'Normal' | 'Warning';
  /** `Pulling`, `Pulled`, `Created`, `Started`, `Killing`, `Failed`, `BackOff` … as the kubelet names them. */
  readonly reason: string;
  readonly message: string;
  /** The container it is about, for `involvedObject.fieldPath`. */
  readonly container?: string;
}

export interface ContainerReport {
  readonly name: string;
  readonly attempt: number;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly state: ContainerReportState;
}

export type ContainerReportState =
  /** Not running yet, or the start failed: `ContainerCreating`, `ErrImagePull`, `ImagePullBackOff`, `CreateContainerError` … */
  | { readonly type: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly type: 'running'; readonly startedAt: number }
  | {
      readonly type: 'terminated';
      readonly exitCode: number;
      readonly signal?: number;
      /** `Completed`, `Error`, `OOMKilled`, `StartError`, `ContainerStatusUnknown` … */
      readonly reason: string;
      readonly message?: string;
      readonly startedAt: number | undefined;
      readonly finishedAt: number;
    };
