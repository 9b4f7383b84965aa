import {
  duplicateValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { portNameProblems, portNumberProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { Container, ContainerPort } from '../containers.js';
import type { PodSpec } from '../types.js';

const protocols = ['SCTP', 'TCP', 'UDP'];

export function validatePorts(ports: readonly ContainerPort[], path: string, errors: FieldError[]): void {
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = `${path}[${i}]`;
    if (port.name) validatePortName(port.name, `${at}.name`, errors, names);
    if (!port.containerPort) errors.push(requiredValue(`${at}.containerPort`));
    else addInvalid(errors, `${at}.containerPort`, port.containerPort, portNumberProblems(port.containerPort));
    if (port.hostPort) addInvalid(errors, `${at}.hostPort`, port.hostPort, portNumberProblems(port.hostPort));
    if (!port.protocol) errors.push(requiredValue(`${at}.protocol`));
    else if (!protocols.includes(port.protocol))
      errors.push(unsupportedValue(`${at}.protocol`, port.protocol, protocols));
  });
}

function validatePortName(name: string, path: string, errors: FieldError[], names: Set<string>): void {
  const problems = portNameProblems(name);
  addInvalid(errors, path, name, problems);
  if (problems.length > 0) return;
  if (names.has(name)) errors.push(duplicateValue(path, name));
  names.add(name);
}

/** A probe's or hook's port: a number, or the name of one of the container's ports. */
export function validatePortReference(port: number | string | undefined, path: string, errors: FieldError[]): void {
  if (typeof port === 'string') addInvalid(errors, path, port, portNameProblems(port));
  else addInvalid(errors, path, port ?? 0, portNumberProblems(port ?? 0));
}

/** No two of these containers may take the same port of the host. */
export function validateHostPorts(containers: readonly Container[], path: string, errors: FieldError[]): void {
  const taken = new Set<string>();
  containers.forEach((container, i) => {
    (container.ports ?? []).forEach(({ hostPort, hostIP = '', protocol = '' }, j) => {
      if (!hostPort) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.push(duplicateValue(`${path}[${i}].ports[${j}].hostPort`, key));
      taken.add(key);
    });
  });
}

/** On the host's network a port is the host's. A template may leave the host's port out. */
export function validateHostNetworkPorts(spec: PodSpec, specPath: string, isPod: boolean, errors: FieldError[]): void {
  if (spec.hostNetwork !== true) return;
  (spec.containers ?? []).forEach((container, i) => {
    (container.ports ?? []).forEach(({ hostPort = 0, containerPort = 0 }, j) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const path = `${specPath}.containers[${i}].ports[${j}].hostPort`;
      errors.push(invalidValue(path, hostPort, 'must match `containerPort` when `hostNetwork` is true'));
    });
  });
}
