import { JsonNumber } from '../../../apis/meta/v1/json.js';

/** Bytes that are no message of the expected kind; the text is Kubernetes' own. */
export class ProtobufError extends Error {}

/** How a value is laid out, as the tag before it says. */
export const varint = 0;
export const sized = 2;
const fixed64 = 1;
const groupStart = 3;
const groupEnd = 4;
const fixed32 = 5;

/**
 * Reads protobuf's wire format, forwards and without copies. Every length is checked against what is there, so that
 * nothing is ever set aside for bytes that only a length promises.
 */
export class WireReader {
  private readonly bytes: Buffer;
  private at = 0;
  private end: number;
  /** The two halves of the number read last. */
  private low = 0;
  private high = 0;
  /** The field that the tag read last names. */
  fieldNumber = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  more(): boolean {
    return this.at < this.end;
  }

  /** Reads a tag into `fieldNumber` and returns the wire type. `message`: whose field it is, for errors. */
  tag(message: string): number {
    this.number();
    const wireType = this.low & 7;
    this.fieldNumber = (this.low >>> 3) | (this.high << 29);
    if (wireType === groupEnd) throw new ProtobufError(`proto: ${message}: wiretype end group for non-group`);
    if (this.fieldNumber > 0) return wireType;
    const tag = (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
    throw new ProtobufError(`proto: ${message}: illegal tag ${this.fieldNumber} (wire type ${tag})`);
  }

  boolean(): boolean {
    this.number();
    return (this.low | this.high) !== 0;
  }

  /** The lower half of the number, as Kubernetes reads it. */
  int32(): number {
    this.number();
    return this.low;
  }

  /** A number that JavaScript cannot hold keeps its digits. */
  int64(): number | JsonNumber {
    this.number();
    const nearest = this.high * 2 ** 32 + (this.low >>> 0);
    if (Number.isSafeInteger(nearest)) return nearest;
    return new JsonNumber(String((BigInt(this.high) << 32n) | BigInt(this.low >>> 0)));
  }

  text(): string {
    const start = this.skipSized();
    return this.bytes.toString('utf8', start, this.at);
  }

  base64(): string {
    const start = this.skipSized();
    return this.bytes.toString('base64', start, this.at);
  }

  rawBytes(): Uint8Array {
    const start = this.skipSized();
    return this.bytes.subarray(start, this.at);
  }

  /** Enters a value with a length, behind whose end nothing is read until `leave` is called with what this returned. */
  enter(): number {
    const outerEnd = this.end;
    const length = this.length();
    this.end = this.at + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  /** Skips the value after a tag, groups with all that is in them. */
  skip(wireType: number): void {
    let depth = this.skipOne(wireType, 0);
    while (depth > 0) {
      this.number();
      depth = this.skipOne(this.low & 7, depth);
    }
  }

  /** How many groups are open afterwards. */
  private skipOne(wireType: number, depth: number): number {
    if (wireType === varint) this.number();
    else if (wireType === sized) this.skipSized();
    else if (wireType === fixed64) this.take(8);
    else if (wireType === fixed32) this.take(4);
    else if (wireType === groupStart) return depth + 1;
    else if (wireType === groupEnd) return depth - 1;
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
    return depth;
  }

  /** Where the value begins. */
  private skipSized(): number {
    return this.take(this.length());
  }

  private take(count: number): number {
    const start = this.at;
    if (count > this.end - start) throw endOfBytes();
    this.at += count;
    return start;
  }

  private length(): number {
    this.number();
    if (this.high < 0) throw new ProtobufError('proto: negative length found during unmarshaling');
    const length = this.low >>> 0;
    if (this.high > 0 || length > this.end - this.at) throw endOfBytes();
    return length;
  }

  /** Seven bits per byte, the lowest first; a negative number takes all ten bytes. */
  private number(): void {
    this.low = 0;
    this.high = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      if (this.at >= this.end) throw endOfBytes();
      const byte = this.bytes[this.at] as number;
      this.at += 1;
      const bits = byte & 127;
      if (shift < 32) this.low |= bits << shift;
      if (shift === 28) this.high = bits >>> 4;
      else if (shift > 28) this.high |= bits << (shift - 32);
      if (byte < 128) return;
    }
    throw new ProtobufError('proto: integer overflow');
  }
}

function endOfBytes(): ProtobufError {
  return new ProtobufError('unexpected EOF');
}
