import type { ContainerStart, RuntimeEvent } from '../../../ports/pod-runtime.js';
import { EngineError, type Engine } from './engine.js';
import { parseImage, registryAuth, type ImageReference } from './image-reference.js';

export interface FoundImage {
  readonly id: string;
  /** What `status.containerStatuses[].imageID` shows. */
  readonly imageID: string;
  /** The user its containers run as; empty: root. */
  readonly user: string;
}

/** Why there is no image: a reason of the container's waiting state. */
export class ImageProblem extends Error {
  constructor(
    readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName',
    message: string,
    readonly event: string,
  ) {
    super(message);
  }
}

type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Whether starting needs to ask a registry, which may take minutes. */
export async function findLocally(engine: Engine, image: string, policy: PullPolicy): Promise<FoundImage | undefined> {
  if (parseImage(image) === undefined) {
    const cause = `couldn't parse image name "${image}": invalid reference format`;
    const message = `Failed to apply default image tag "${image}": ${cause}`;
    throw new ImageProblem('InvalidImageName', message, message);
  }
  if (policy === 'Always') return undefined;
  const found = await inspectImage(engine, image);
  if (found === undefined && policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    throw new ImageProblem('ErrImageNeverPull', message, message);
  }
  return found;
}

/** Pulls an image, whatever is there already. */
export async function pullImage(
  engine: Engine,
  { image, pullSecrets }: ContainerStart,
  signal: AbortSignal,
  tell: (event: RuntimeEvent) => void,
): Promise<FoundImage> {
  const reference = parseImage(image)!;
  tell({ type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` });
  const startedAt = performance.now();
  const refusal = await pull(engine, reference, registryAuth(reference, pullSecrets), signal);
  const found = refusal === undefined ? await inspectImage(engine, image) : undefined;
  if (found === undefined) {
    const cause = refusal ?? 'the engine pulled it but does not know it';
    throw new ImageProblem('ErrImagePull', cause, `Failed to pull image "${image}": ${cause}`);
  }
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(3)}s`;
  const message = `Successfully pulled image "${image}" in ${seconds} (${seconds} including waiting).`;
  tell({ type: 'Normal', reason: 'Pulled', message });
  return found;
}

/** What the engine says against it; the answer is a stream of progress that may end in an error. */
async function pull(
  engine: Engine,
  { name, version }: ImageReference,
  auth: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const progress = await engine.stream('/images/create', {
      method: 'POST',
      query: { fromImage: name, tag: version },
      headers: auth === undefined ? {} : { 'X-Registry-Auth': auth },
      signal,
    });
    let rest = '';
    let refusal: string | undefined;
    for await (const chunk of progress) {
      const lines = (rest + (chunk as Buffer).toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) refusal = errorIn(line) ?? refusal;
    }
    return errorIn(rest) ?? refusal;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

function errorIn(line: string): string | undefined {
  if (line.trim() === '') return undefined;
  return (JSON.parse(line) as { error?: string }).error;
}

interface ImageAnswer {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: { readonly User?: string } | null;
}

export async function inspectImage(engine: Engine, image: string): Promise<FoundImage | undefined> {
  try {
    const found = await engine.json<ImageAnswer>(`/images/${image}/json`);
    return {
      id: found.Id,
      imageID: found.RepoDigests?.[0] ?? found.Id,
      user: found.Config?.User ?? '',
    };
  } catch (error) {
    if (error instanceof EngineError && error.isNotFound) return undefined;
    throw error;
  }
}
