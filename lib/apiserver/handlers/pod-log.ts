import type { Pod } from '../../apis/core/v1/pod/types.js';
import { badRequest, invalid } from '../../apis/meta/v1/status-error.js';
import { forbiddenValue, invalidValue, type FieldError } from '../../apis/meta/v1/field-error.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { LogOptions } from '../../ports/pod-logs.js';
import type { Handler } from '../context.js';
import { flag, integer } from '../http/body.js';
import { getStored } from '../registry/registry.js';

/** A container's output as text, as `kubectl logs` asks for it. */
export const podLog: Handler = async ({ registry, podLogs, clock }, { query, kind, strategy, namespace, name }) => {
  const options = parseLogOptions(query, clock.now());
  const stored = await getStored(registry.store, strategy, { resource: kind.resource, namespace, name });
  const pod = stored.object as unknown as Pod;
  const container = containerOf(pod, query.get('container') ?? '');
  const attempt = attemptOf(pod, container, flag(query, 'previous'));
  const stop = new AbortController();
  const reference = { uid: pod.metadata.uid, namespace, name, object: pod };
  const lines = await podLogs?.read(reference, container, attempt, { ...options, signal: stop.signal });
  return new Response(lines === undefined ? '' : streamOf(lines, stop), {
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' },
  });
};

function parseLogOptions(query: URLSearchParams, now: number): Omit<LogOptions, 'signal'> {
  const tailLines = integer(query, 'tailLines');
  const limitBytes = integer(query, 'limitBytes');
  const sinceSeconds = integer(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime') || undefined;
  const errors = [
    ...(tailLines !== undefined && tailLines < 0
      ? [invalidValue('tailLines', tailLines, 'must be greater than or equal to 0')]
      : []),
    ...(limitBytes !== undefined && limitBytes < 1
      ? [invalidValue('limitBytes', limitBytes, 'must be greater than 0')]
      : []),
    ...sinceErrors(sinceSeconds, sinceTime),
  ];
  if (errors.length > 0) throw invalid('PodLogOptions', '', '', errors);
  const sinceMs = sinceSeconds === undefined ? parseTime(sinceTime) : now - sinceSeconds * 1000;
  return {
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
}

function sinceErrors(sinceSeconds: number | undefined, sinceTime: string | undefined): readonly FieldError[] {
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    return [forbiddenValue('', 'at most one of `sinceTime` or `sinceSeconds` may be specified')];
  }
  if (sinceSeconds !== undefined && sinceSeconds < 1) {
    return [invalidValue('sinceSeconds', sinceSeconds, 'must be greater than 0')];
  }
  return [];
}

/** The container asked for; a pod with a single one needs not be asked. */
function containerOf({ metadata, spec }: Pod, asked: string): string {
  const containers = spec.containers.map((container) => container.name);
  const inits = (spec.initContainers ?? []).map((container) => container.name);
  const ephemeral = (spec.ephemeralContainers ?? []).map((container) => container.name);
  if (asked !== '') {
    if ([...containers, ...inits, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (containers.length === 1) return containers[0]!;
  const choices = `choose one of: [${containers.join(' ')}]`;
  const andInits = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata.name}, ${choices}${andInits}`);
}

/** The start whose output is asked for: the latest that began, or with `previous` the one before it. */
function attemptOf({ metadata, status }: Pod, container: string, previous: boolean): number {
  const found = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ].find((candidate) => candidate.name === container);
  const { restartCount = 0, state, lastState } = found ?? {};
  const where = `container ${JSON.stringify(container)} in pod ${JSON.stringify(metadata.name)}`;
  if (previous) {
    if (lastState?.terminated === undefined) throw badRequest(`previous terminated ${where} not found`);
    return state?.waiting === undefined ? restartCount - 1 : restartCount;
  }
  if (state?.running !== undefined || state?.terminated !== undefined) return restartCount;
  // Waiting to be started again: what it said last time is what there is.
  if (lastState?.terminated !== undefined) return restartCount;
  throw badRequest(`${where} is waiting to start: ${state?.waiting?.reason || 'ContainerCreating'}`);
}

function streamOf(lines: AsyncIterable<Uint8Array>, stop: AbortController): ReadableStream<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      stop.abort();
      await iterator.return?.();
    },
  });
}
