import { open } from 'node:fs/promises';
import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';

/** Kubernetes' limits: what a container may say at its end, and what is taken from its log in place of that. */
const MESSAGE_BYTES_MAX = 4096;
export const LOG_BYTES_MAX = 2048;
export const LOG_LINES_MAX = 80;

/** The beginning of the file at `terminationMessagePath`; empty when the container wrote none. */
export async function writtenMessage(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MESSAGE_BYTES_MAX), 0, MESSAGE_BYTES_MAX, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The last bytes of the last lines of a log. */
export async function messageFromLog(lines: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  let last = Buffer.alloc(0);
  for await (const chunk of lines ?? []) last = Buffer.concat([last, chunk]).subarray(-LOG_BYTES_MAX);
  return last.toString('utf8');
}

export function findContainer(pod: Pod, name: string): Container {
  const found = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((each) => each.name === name);
  if (found === undefined) throw new Error(`pod ${pod.metadata.name} has no container ${name}`);
  return found;
}
