import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../../ports/clock.js';
import type { StoredFile } from './launch-plan.js';

/**
 * What was put so long ago is put again: the bucket expires its objects, and a task may still be waiting when it reads
 * them. The bucket's own time must be longer than this and the longest wait.
 */
const PUT_AGAIN_MS = 6 * 60 * 60 * 1000;
const KNOWN_MAX = 10_000;

/** Files in the bucket, named after their contents: whoever puts one again changes nothing. */
export class StoredFiles {
  /** By key, when it was put. */
  readonly #put = new Map<string, number>();

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly clock: Clock,
  ) {}

  async ensure(files: readonly StoredFile[]): Promise<void> {
    await Promise.all(files.map((file) => this.#ensureOne(file)));
  }

  async #ensureOne({ key, body }: StoredFile): Promise<void> {
    const now = this.clock.now();
    const putAt = this.#put.get(key);
    if (putAt !== undefined && now - putAt < PUT_AGAIN_MS) return;
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }));
    if (this.#put.size >= KNOWN_MAX) this.#put.clear();
    this.#put.set(key, now);
  }
}
