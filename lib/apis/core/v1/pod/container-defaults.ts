import { each, fill, items } from '../../../meta/v1/defaults.js';
import type { Container, ContainerPort, EphemeralContainer } from './containers.js';
import type { EnvVar, FileKeySelector, ObjectFieldSelector } from './environment.js';
import { defaultPullPolicy } from './image-tag.js';
import type { GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from './probes.js';
import { defaultResources } from './resource-defaults.js';

export function defaultContainer<T extends Container | EphemeralContainer>(container: T): T {
  const defaulted = each<Container>(container, {
    env: defaultEnv,
    lifecycle: defaultLifecycle,
    livenessProbe: defaultProbe,
    ports: defaultPorts,
    readinessProbe: defaultProbe,
    resources: defaultResources,
    startupProbe: defaultProbe,
  });
  return fill<Container>(defaulted, {
    imagePullPolicy: container.imagePullPolicy ?? defaultPullPolicy(container.image),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }) as T;
}

const defaultEnv = items<EnvVar>((variable) =>
  each(variable, { valueFrom: (source) => each(source, { fieldRef: defaultFieldRef, fileKeyRef: defaultFileKeyRef }) }),
);

const defaultPorts = items<ContainerPort>((port) => fill(port, { protocol: 'TCP' }));

export function defaultFieldRef(selector: ObjectFieldSelector): ObjectFieldSelector {
  return fill(selector, { apiVersion: 'v1' });
}

function defaultFileKeyRef(selector: FileKeySelector): FileKeySelector {
  return fill(selector, { optional: false });
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  return each(lifecycle, { postStart: defaultHandler, preStop: defaultHandler });
}

function defaultHandler(handler: LifecycleHandler): LifecycleHandler {
  return each(handler, { httpGet: defaultHTTPGet });
}

function defaultProbe(probe: Probe): Probe {
  const defaulted = each(probe, { httpGet: defaultHTTPGet, grpc: defaultGRPC });
  return fill(defaulted, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
}

function defaultHTTPGet(action: HTTPGetAction): HTTPGetAction {
  return fill(action, { path: '/', scheme: 'HTTP' });
}

function defaultGRPC(action: GRPCAction): GRPCAction {
  return fill(action, { service: '' });
}
