import {
  int32,
  int64,
  intOrString,
  list,
  nullable,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { signals } from './signals.js';

export const execAction = struct('io.k8s.api.core.v1.ExecAction', 'A command run inside the container.', {
  command: list(string(), 'The program and its arguments; no shell is involved unless it is named here.', {
    listType: 'atomic',
  }),
});
export type ExecAction = InferStruct<typeof execAction>;

export const httpHeader = struct('io.k8s.api.core.v1.HTTPHeader', 'A header sent along with a request.', {
  name: required(string("The header's name.")),
  value: required(string("The header's value.")),
});
export type HTTPHeader = InferStruct<typeof httpHeader>;

export const httpGetAction = struct(
  'io.k8s.api.core.v1.HTTPGetAction',
  'An HTTP request that succeeds with a status from 200 to 399.',
  {
    host: string("The host to ask; the pod's address without it."),
    httpHeaders: list(ref(httpHeader), 'Headers to send along.', { listType: 'atomic' }),
    path: string('The path to ask for; `/` unless given.'),
    port: required(intOrString('Number or name of the port.')),
    scheme: oneOf(['HTTP', 'HTTPS'], 'HTTP unless given.', { goType: 'v1.URIScheme' }),
  },
);
export type HTTPGetAction = InferStruct<typeof httpGetAction>;

export const sleepAction = struct('io.k8s.api.core.v1.SleepAction', 'A pause.', {
  seconds: required(int64('How many seconds it lasts.')),
});
export type SleepAction = InferStruct<typeof sleepAction>;

export const tcpSocketAction = struct(
  'io.k8s.api.core.v1.TCPSocketAction',
  'A connection that only has to be accepted.',
  {
    host: string("The host to connect to; the pod's address without it."),
    port: required(intOrString('Number or name of the port.')),
  },
);
export type TCPSocketAction = InferStruct<typeof tcpSocketAction>;

export const lifecycleHandler = struct(
  'io.k8s.api.core.v1.LifecycleHandler',
  "What to do at a turning point of a container's life.",
  {
    exec: ref(execAction, 'A command to run in the container.'),
    httpGet: ref(httpGetAction, 'An HTTP request to send.'),
    sleep: ref(sleepAction, 'A pause to make.'),
    tcpSocket: ref(tcpSocketAction, 'Not supported; kept so that old manifests can be read.'),
  },
);
export type LifecycleHandler = InferStruct<typeof lifecycleHandler>;

export const lifecycle = struct('io.k8s.api.core.v1.Lifecycle', "What to do around a container's start and end.", {
  postStart: ref(lifecycleHandler, 'Done right after the start; the container is killed when it fails.'),
  preStop: ref(lifecycleHandler, 'Done before the container is stopped, within the grace period.'),
  stopSignal: pointer(
    oneOf(signals, 'The signal that asks the container to stop; needs `os.name` of the pod.', { goType: 'v1.Signal' }),
  ),
});
export type Lifecycle = InferStruct<typeof lifecycle>;

export const grpcAction = struct('io.k8s.api.core.v1.GRPCAction', 'A gRPC health check.', {
  port: required(int32('The number of the port.')),
  service: nullable(pointer(string("The service to ask for; the server's own health when empty.", { default: '' }))),
});
export type GRPCAction = InferStruct<typeof grpcAction>;

export const probe = struct(
  'io.k8s.api.core.v1.Probe',
  'A check made again and again on a container.',
  {
    exec: ref(execAction, 'A command that must end with 0.'),
    failureThreshold: int32('How many failures in a row count as one; 3 unless given.'),
    grpc: ref(grpcAction, 'A gRPC health check that must answer SERVING.'),
    httpGet: ref(httpGetAction, 'An HTTP request that must succeed.'),
    initialDelaySeconds: int32('How many seconds after the start the first check is made.'),
    periodSeconds: int32('How many seconds lie between checks; 10 unless given.'),
    successThreshold: int32('How many successes in a row count as one after a failure; 1 unless given.'),
    tcpSocket: ref(tcpSocketAction, 'A connection that must be accepted.'),
    terminationGracePeriodSeconds: pointer(
      int64("How many seconds the container has to end after the check failed, in place of the pod's grace period."),
    ),
    timeoutSeconds: int32('How many seconds a check may take; 1 unless given.'),
  },
  { embeds: { ProbeHandler: ['exec', 'grpc', 'httpGet', 'tcpSocket'] } },
);
export type Probe = InferStruct<typeof probe>;
