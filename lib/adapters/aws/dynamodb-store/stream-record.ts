import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/**
 * A record of the table's stream as the store reads it: what a Lambda gets in `event.Records` and what `GetRecords`
 * answers. The two differ in the form of binary values (base64 text or bytes) and of times (a number or a Date).
 */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly NewImage?: Readonly<Record<string, AnyValue>> | undefined;
        readonly OldImage?: Readonly<Record<string, AnyValue>> | undefined;
        readonly SequenceNumber?: string | undefined;
        readonly ApproximateCreationDateTime?: Date | number | undefined;
      }
    | undefined;
}

/** The values the store's items are made of. */
export interface AnyValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | string | undefined;
}

/** An image with its binary values as bytes. */
export function itemOf(image: Readonly<Record<string, AnyValue>> | undefined): Item | undefined {
  if (image === undefined) return undefined;
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: AnyValue): AttributeValue {
  if (typeof value.B === 'string') return { B: Buffer.from(value.B, 'base64') };
  return value as AttributeValue;
}
