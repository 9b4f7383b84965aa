import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContainerLogs } from '../../../../lib/adapters/local/container-runtime/container-logs.js';
import { EngineError, type Engine } from '../../../../lib/adapters/local/container-runtime/engine.js';
import { PodFolders } from '../../../../lib/adapters/local/pod-folders.js';
import { collectText } from '../../../support/collect.js';

const pod = { uid: 'b1a0b0f2-5a1e-4c0a-9c57-2f4d6f6f0a11', namespace: 'default', name: 'pi' };
const options = { follow: true, timestamps: false, signal: new AbortController().signal };

/** A log of one line, as engines send it. */
function frames(line: string): Readable {
  const content = Buffer.from(`2026-01-01T00:00:00.000000001Z ${line}\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Readable.from([Buffer.concat([header, content])]);
}

describe('the log of a container', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'finite-logs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read where it was copied to when the container is removed in between', async () => {
    const engine = {
      calls: 0,
      /** The container is there for the copy, and gone for the reader that looked for the copy a moment before. */
      async stream() {
        if (this.calls++ === 0) {
          await logs.copy(pod, 'main', 0);
          throw new EngineError(404, 'no such container');
        }
        return frames('fine');
      },
    };
    const logs = new ContainerLogs(engine as unknown as Engine, new PodFolders(folder));
    const read = await logs.read(pod, 'main', 0, options);
    expect(await collectText(read!)).toBe('fine\n');
  });
});
