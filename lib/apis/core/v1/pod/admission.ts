import { forbidden, type StatusError } from '../../../meta/v1/status-error.js';
import { goQuote } from '../../../meta/v1/go-text.js';
import type { ServiceAccount } from '../serviceaccount/types.js';
import type { Container, VolumeMount } from './containers.js';
import type { Toleration } from './scheduling.js';
import type { Pod, PodSpec } from './types.js';
import { MIRROR_POD } from './validation/annotations.js';
import type { Volume } from './volumes.js';

/**
 * What Kubernetes' admission plug-ins do with a new pod, in their order: ServiceAccount, Priority,
 * DefaultTolerationSeconds, RuntimeClass. There are no priority classes but the two built in, and no runtime classes.
 */

export interface PodAdmission {
  /** The one `serviceAccountNameOf` names; undefined: there is none. */
  readonly serviceAccount: ServiceAccount | undefined;
  /** The ending of the token volume's name: five characters. Pods may share one. */
  readonly volumeSuffix: string;
}

const tokenMountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const tokenVolumePrefix = 'kube-api-access-';
/** An hour and seven seconds: what tells tokens that were mounted from those that were asked for. */
const tokenSeconds = 3607;

const priorityClasses = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);
const preemption = 'PreemptLowerPriority';

/** How long a pod stays on a node that is in trouble. */
const tolerationSeconds = 300;
const notReady = toleration('node.kubernetes.io/not-ready');
const unreachable = toleration('node.kubernetes.io/unreachable');

function toleration(key: string): Toleration {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds };
}

/** The ServiceAccount a new pod will run as. */
export function serviceAccountNameOf({ spec }: Pod): string {
  return spec.serviceAccountName || 'default';
}

/**
 * The pod as admission lets it in.
 * @throws StatusError 403
 */
export function admitPod<P extends Pod>(pod: P, admission: PodAdmission): P {
  const spec = withRuntimeClass(pod, withTolerations(withPriority(pod, withServiceAccount(pod, admission))));
  return { ...pod, spec };
}

/** An overhead is a runtime class's to set. Kubernetes finds this after validation. */
export function checkOverhead(pod: Pod): void {
  if (pod.spec.overhead === undefined) return;
  throw refused(pod, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
}

function refused({ metadata }: Pod, because: string): StatusError {
  return forbidden('pods', '', metadata.name, because);
}

function withServiceAccount(pod: Pod, { serviceAccount, volumeSuffix }: PodAdmission): PodSpec {
  const { spec, metadata } = pod;
  if (metadata.annotations !== undefined && Object.hasOwn(metadata.annotations, MIRROR_POD)) {
    checkMirrorPod(pod);
    return spec;
  }
  const name = serviceAccountNameOf(pod);
  if (serviceAccount === undefined) {
    const account = `${metadata.namespace}/${name}`;
    const missing = `serviceaccount ${goQuote(name)} not found`;
    throw refused(pod, `error looking up service account ${account}: ${missing}`);
  }
  const mounts = spec.automountServiceAccountToken ?? serviceAccount.automountServiceAccountToken ?? true;
  const named = { ...(mounts ? withToken(spec, volumeSuffix) : spec), serviceAccountName: name, serviceAccount: name };
  const { imagePullSecrets = [] } = serviceAccount;
  if (spec.imagePullSecrets?.length || imagePullSecrets.length === 0) return named;
  return { ...named, imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret.name ?? '' })) };
}

/** A mirror pod shows what a node runs on its own account, without the API's objects. */
function checkMirrorPod(pod: Pod): void {
  const { spec } = pod;
  if (spec.serviceAccountName) throw refused(pod, 'a mirror pod may not reference service accounts');
  const tokens = (spec.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some((source) => source.serviceAccountToken !== undefined),
  );
  if (usesSecrets(spec)) throw refused(pod, 'a mirror pod may not reference secrets');
  if (tokens) throw refused(pod, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function usesSecrets(spec: PodSpec): boolean {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const inEnvironment = containers.some(
    ({ env = [], envFrom = [] }) =>
      env.some(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined) ||
      envFrom.some(({ secretRef }) => secretRef !== undefined),
  );
  const inVolumes = (spec.volumes ?? []).some(
    ({ secret, projected }) =>
      secret !== undefined || projected?.sources?.some((source) => source.secret !== undefined),
  );
  return inEnvironment || inVolumes || (spec.imagePullSecrets ?? []).length > 0;
}

/** The token, the cluster's certificate and the namespace, as files in every container that has nothing there yet. */
function withToken(spec: PodSpec, suffix: string): PodSpec {
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(tokenVolumePrefix));
  const name = existing?.name ?? tokenVolumePrefix + suffix;
  const mount: VolumeMount = { mountPath: tokenMountPath, name, readOnly: true };
  const containers = (spec.containers ?? []).map((container) => withMount(container, mount));
  const initContainers = spec.initContainers?.map((container) => withMount(container, mount));
  const mounted = [...containers, ...(initContainers ?? [])];
  const before = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  if (mounted.every((container, i) => container === before[i])) return spec;
  return {
    ...spec,
    containers,
    ...(initContainers === undefined ? {} : { initContainers }),
    ...(existing === undefined ? { volumes: [...(spec.volumes ?? []), tokenVolume(name)] } : {}),
  };
}

function withMount(container: Container, mount: VolumeMount): Container {
  const { volumeMounts = [] } = container;
  if (volumeMounts.some(({ mountPath }) => mountPath === tokenMountPath)) return container;
  return { ...container, volumeMounts: [...volumeMounts, mount] };
}

const tokenProjection = {
  defaultMode: 0o644,
  sources: [
    { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
    { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
    {
      downwardAPI: {
        items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
      },
    },
  ],
};

function tokenVolume(name: string): Volume {
  return { name, projected: tokenProjection };
}

function withPriority(pod: Pod, spec: PodSpec): PodSpec {
  const { priorityClassName = '', priority: givenPriority, preemptionPolicy: givenPolicy } = spec;
  const priority = priorityClassName === '' ? 0 : priorityClasses.get(priorityClassName);
  if (priority === undefined) throw refused(pod, `no PriorityClass with name ${priorityClassName} was found`);
  const computed = (what: string, given: number | string, value: number | string) =>
    refused(
      pod,
      `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  if (givenPriority !== undefined && givenPriority !== priority) {
    throw computed('integer value of priority', givenPriority, priority);
  }
  if (givenPolicy !== undefined && givenPolicy !== preemption) {
    throw computed('string value of PreemptionPolicy', givenPolicy, preemption);
  }
  return { ...spec, priority, preemptionPolicy: preemption };
}

function withTolerations(spec: PodSpec): PodSpec {
  const { tolerations = [] } = spec;
  const added = [notReady, unreachable].filter(({ key }) => !tolerations.some((given) => covers(given, key)));
  return added.length === 0 ? spec : { ...spec, tolerations: [...tolerations, ...added] };
}

function covers({ key, effect }: Toleration, taint: string | undefined): boolean {
  return (!key || key === taint) && (!effect || effect === 'NoExecute');
}

function withRuntimeClass(pod: Pod, spec: PodSpec): PodSpec {
  if (spec.runtimeClassName === undefined) return spec;
  throw refused(pod, `pod rejected: RuntimeClass ${goQuote(spec.runtimeClassName)} not found`);
}
