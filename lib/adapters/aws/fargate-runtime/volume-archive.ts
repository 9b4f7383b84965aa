import { gzipSync } from 'node:zlib';
import type { ResolvedVolume, VolumeFile } from '../../../ports/pod-runtime.js';

const BLOCK_BYTES = 512;
/** The longest name a header holds; longer ones are told in a record before it. */
const NAME_BYTES = 100;

/**
 * The files of all volumes in one compressed archive, each below a folder named after its volume. The same files make
 * the same bytes. Undefined: there are none.
 */
export function volumeArchive(volumes: readonly ResolvedVolume[], fsGroup: number | undefined): Buffer | undefined {
  const entries = volumes.flatMap((volume) =>
    volume.type === 'files' ? volume.files.map((file) => entry(volume.name, file, fsGroup)) : [],
  );
  if (entries.length === 0) return undefined;
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 9 });
}

function entry(volume: string, { path, content, mode }: VolumeFile, fsGroup: number | undefined): Buffer {
  const name = `./${volume}/${path}`;
  const long = Buffer.byteLength(name) > NAME_BYTES;
  return Buffer.concat([
    ...(long ? [record('././@LongLink', 'L', 0o644, 0, Buffer.from(`${name}\0`))] : []),
    record(name, '0', groupMode(mode, fsGroup), fsGroup ?? 0, content),
  ]);
}

/**
 * Nobody can be made a member of a group here, so that with `fsGroup` what its members may read, all may: nobody else is
 * in the task.
 */
function groupMode(mode: number, fsGroup: number | undefined): number {
  if (fsGroup === undefined) return mode;
  const readable = mode & 0o440 ? 0o444 : 0;
  return mode | readable | (mode & 0o110 ? 0o111 : 0);
}

function record(name: string, type: string, mode: number, gid: number, content: Uint8Array): Buffer {
  const padding = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([header(name, type, mode, gid, content.length), content, Buffer.alloc(padding)]);
}

/** In the ustar format. */
function header(name: string, type: string, mode: number, gid: number, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(Buffer.from(name).subarray(0, NAME_BYTES).toString('latin1'), 0, 'latin1');
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(gid, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
