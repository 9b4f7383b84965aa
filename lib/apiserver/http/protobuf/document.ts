/**
 * Documents as Kubernetes' own clients send them, `application/vnd.kubernetes.protobuf`: four bytes that say so, then
 * an envelope (`runtime.Unknown`) which names the kind and holds the object's message. What comes out is what JSON's
 * parser would make of the same object, and is yet to be decoded.
 */
import type { Struct } from '../../../apis/meta/v1/schema.js';
import { message, messageType, rawBytes, readFields, single, text, type Value } from './message.js';
import { messageOf } from './struct-message.js';
import { ProtobufError, WireReader } from './wire-reader.js';

export interface Envelope {
  /** Empty where the client leaves it to the server. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** `k8s` and the number of the encoding. */
const magic = [0x6b, 0x38, 0x73, 0x00];

const typeMeta = message('TypeMeta', [
  [1, single('apiVersion', text)],
  [2, single('kind', text)],
]);
/** Its two other fields, the encoding and the media type of what is in it, are not looked at by Kubernetes either. */
const unknown = message('Unknown', [
  [
    1,
    single(
      'typeMeta',
      messageType(() => typeMeta),
    ),
  ],
  [2, single('raw', rawBytes)],
]);

/** @throws ProtobufError */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!magic.every((byte, at) => bytes[at] === byte)) {
    const prefix = magic.join(' ');
    throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix [${prefix}]`);
  }
  if (bytes.length === magic.length) throw new ProtobufError('empty body');
  const fields = readFields(new WireReader(bytes.subarray(magic.length)), unknown);
  const { apiVersion = '', kind = '' } = (fields['typeMeta'] ?? {}) as { apiVersion?: string; kind?: string };
  return { apiVersion, kind, raw: (fields['raw'] as Uint8Array | undefined) ?? new Uint8Array() };
}

/**
 * The envelope's object, of the given type.
 * @throws ProtobufError
 */
export function readObject({ apiVersion, kind, raw }: Envelope, type: Struct): Value {
  const fields = readFields(new WireReader(raw), messageOf(type));
  return { ...(kind === '' ? {} : { kind }), ...(apiVersion === '' ? {} : { apiVersion }), ...fields };
}
