import {
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { headerNameProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid, checkNonnegative } from '../../../../meta/v1/validation/rules.js';
import type { Container } from '../containers.js';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction } from '../probes.js';
import { validatePortReference } from './ports.js';

const schemes = ['HTTP', 'HTTPS'];

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** `graceSeconds`: the pod's grace period, which bounds how long a hook may sleep. */
function validateHandler(handler: Handler, path: string, errors: FieldError[], graceSeconds?: number): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: [string, unknown, () => void][] = [
    ['exec', exec, () => !exec?.command?.length && errors.push(requiredValue(`${path}.exec.command`))],
    ['httpGet', httpGet, () => validateHttpGet(httpGet!, `${path}.httpGet`, errors)],
    ['tcpSocket', tcpSocket, () => validatePortReference(tcpSocket?.port, `${path}.tcpSocket.port`, errors)],
    ['grpc', grpc, () => validatePortReference(grpc?.port, `${path}.grpc.port`, errors)],
    ['sleep', sleep, () => validateSleep(sleep!, `${path}.sleep`, errors, graceSeconds)],
  ];
  const given = checks.filter(([, action]) => action !== undefined);
  given.forEach(([name, , check], i) => {
    if (i === 0) check();
    else errors.push(forbiddenValue(`${path}.${name}`, 'may not specify more than 1 handler type'));
  });
  if (given.length === 0) errors.push(requiredValue(path, 'must specify a handler type'));
}

function validateHttpGet(action: HTTPGetAction, path: string, errors: FieldError[]): void {
  if (!action.path) errors.push(requiredValue(`${path}.path`));
  validatePortReference(action.port, `${path}.port`, errors);
  const scheme = action.scheme ?? '';
  if (!schemes.includes(scheme)) errors.push(unsupportedValue(`${path}.scheme`, scheme, schemes));
  for (const { name = '' } of action.httpHeaders ?? []) {
    addInvalid(errors, `${path}.httpHeaders`, name, headerNameProblems(name));
  }
}

function validateSleep({ seconds = 0 }: SleepAction, path: string, errors: FieldError[], graceSeconds?: number): void {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return;
  const problem = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  errors.push(invalidValue(path, seconds, problem));
}

type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

function validateProbe(probe: Probe, kind: ProbeKind, path: string, errors: FieldError[]): void {
  validateHandler(probe, path, errors);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    checkNonnegative(probe[field], `${path}.${field}`, errors);
  }
  const grace = probe.terminationGracePeriodSeconds;
  const gracePath = `${path}.terminationGracePeriodSeconds`;
  if (grace !== undefined && grace <= 0) errors.push(invalidValue(gracePath, grace, 'must be greater than 0'));
  if (kind === 'readinessProbe') {
    if (grace !== undefined) errors.push(invalidValue(gracePath, grace, 'must not be set for readinessProbes'));
  } else if (probe.successThreshold !== 1) {
    errors.push(invalidValue(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
}

/** Hooks and probes: of containers, and of init containers that stay beside them. */
export function validateHandlers(
  container: Container,
  path: string,
  errors: FieldError[],
  graceSeconds: number | undefined,
): void {
  if (container.lifecycle !== undefined) {
    validateLifecycle(container.lifecycle, `${path}.lifecycle`, errors, graceSeconds);
  }
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[kind];
    if (probe !== undefined) validateProbe(probe, kind, `${path}.${kind}`, errors);
  }
}

function validateLifecycle(lifecycle: Lifecycle, path: string, errors: FieldError[], graceSeconds?: number): void {
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle[hook];
    if (handler !== undefined) validateHandler(handler, `${path}.${hook}`, errors, graceSeconds);
  }
}
