import { change, each, fill, items } from '../../../meta/v1/defaults.js';
import { defaultContainer } from './container-defaults.js';
import type { Container, ContainerPort, EphemeralContainer } from './containers.js';
import { defaultPodResources } from './pod-resource-defaults.js';
import { defaultResourceList, defaultResources, requestLimits } from './resource-defaults.js';
import type { PodStatus } from './status.js';
import type { Pod, PodSpec, PodTemplateSpec } from './types.js';
import { defaultVolume } from './volume-defaults.js';

const defaultContainers = items<Container>(defaultContainer);

/** What pods and templates have in common. */
function defaultPodSpec(spec: PodSpec): PodSpec {
  const defaulted = each(spec, {
    containers: defaultContainers,
    ephemeralContainers: items<EphemeralContainer>(defaultContainer),
    initContainers: defaultContainers,
    overhead: defaultResourceList,
    resources: defaultResources,
    volumes: items(defaultVolume),
  });
  return fill(withOneServiceAccount(defaulted), {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
}

/** `serviceAccount` is the former name of `serviceAccountName`, which wins; both are always answered. */
function withOneServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? change(spec, { serviceAccountName: name, serviceAccount: name }) : spec;
}

export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return each(template, { spec: defaultPodSpec });
}

/** What a pod has beyond its template: requests that follow limits, and ports that are the host's. */
export function defaultPod(pod: Pod): Pod {
  const spec = each(defaultPodSpec(pod.spec), { containers: requestAll, initContainers: requestAll });
  const linked = withGracePeriod(fill(defaultPodResources(spec), { enableServiceLinks: true }));
  return change(pod, {
    spec: linked.hostNetwork === true ? onHostNetwork(linked) : linked,
    status: withOneAddress(pod.status),
  });
}

/** `podIP` is the former name of the first of `podIPs`; where they differ, it wins. */
function withOneAddress(status: PodStatus): PodStatus {
  const { podIP, podIPs: [first] = [] } = status ?? {};
  if (podIP && podIP !== first?.ip) return { ...status, podIPs: [{ ip: podIP }] };
  return first?.ip && !podIP ? { ...status, podIP: first.ip } : status;
}

/** Templates may still say less than nothing; a pod made from one gets a second. */
function withGracePeriod(spec: PodSpec): PodSpec {
  return (spec.terminationGracePeriodSeconds ?? 0) < 0 ? { ...spec, terminationGracePeriodSeconds: 1 } : spec;
}

const requestAll = items<Container>((container) => each(container, { resources: requestLimits }));

function onHostNetwork(spec: PodSpec): PodSpec {
  return each(spec, { containers: hostPorts, initContainers: hostPorts });
}

const hostPorts = items<Container>((container) => each(container, { ports: items(onHostPort) }));

function onHostPort(port: ContainerPort): ContainerPort {
  return port.hostPort ? port : { ...port, hostPort: port.containerPort };
}
