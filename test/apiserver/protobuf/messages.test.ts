import { describe, expect, it } from 'vitest';
import { event } from '../../../lib/apis/core/v1/event/types.js';
import { httpGetAction } from '../../../lib/apis/core/v1/pod/probes.js';
import { podSecurityContext } from '../../../lib/apis/core/v1/pod/security.js';
import { emptyDirVolumeSource } from '../../../lib/apis/core/v1/pod/volumes.js';
import { secret } from '../../../lib/apis/core/v1/secret/types.js';
import { decode } from '../../../lib/apis/meta/v1/decode.js';
import type { Struct } from '../../../lib/apis/meta/v1/schema.js';
import { deleteOptions, managedFieldsEntry, objectMeta } from '../../../lib/apis/meta/v1/types.js';
import { readEnvelope, readObject } from '../../../lib/apiserver/http/protobuf/document.js';
import { number, numberField, sizedField } from './bytes.js';

function read(type: Struct, raw: readonly number[]): Record<string, unknown> {
  return readObject({ apiVersion: '', kind: '', raw: Uint8Array.from(raw) }, type);
}

describe('whole numbers', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 35, Number.MAX_SAFE_INTEGER, -1, -(2 ** 40)])(
    'of 64 bits keep their value: %d',
    (value) => {
      expect(read(deleteOptions, numberField(1, value))).toEqual({ gracePeriodSeconds: value });
    },
  );

  it.each([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n])(
    'beyond what JavaScript holds keep their digits: %s',
    (value) => {
      expect(JSON.stringify(read(deleteOptions, numberField(1, value)))).toContain(String(Number(value)));
      expect(read(deleteOptions, numberField(1, value))['gracePeriodSeconds']).toMatchObject({ text: String(value) });
      expect(decode(deleteOptions, read(deleteOptions, numberField(1, value))).error).toBeUndefined();
    },
  );

  it.each([
    ['negative ones', -5, -5],
    ['what is too long, cut to its lower half', 2 ** 32 + 7, 7],
  ])('of 32 bits: %s', (_, written, value) => {
    expect(read(event, numberField(8, written))).toEqual({ count: value });
  });

  it('in a list are read packed and one by one', () => {
    const packed = sizedField(4, [...number(1), ...number(2 ** 40)]);
    expect(read(podSecurityContext, [...packed, ...numberField(4, 3)])).toEqual({
      supplementalGroups: [1, 2 ** 40, 3],
    });
  });
});

describe('messages that stand for one value', () => {
  const seconds = (at: number, nanos = 0): number[] => [...numberField(1, at), ...numberField(2, nanos)];

  it.each([
    ['nothing', [], null],
    ['1970', seconds(0), '1970-01-01T00:00:00Z'],
    ['a time before 1970', seconds(-1), '1969-12-31T23:59:59Z'],
    ['fractions, which are dropped', seconds(1_700_000_000, 999_999_999), '2023-11-14T22:13:20Z'],
    ['the last second there is', seconds(253_402_300_799), '9999-12-31T23:59:59Z'],
  ])('time: %s', (_, raw, text) => {
    expect(read(objectMeta, sizedField(8, raw))).toEqual({ creationTimestamp: text });
  });

  it.each([
    [seconds(0, 1_999), '1970-01-01T00:00:00.000001Z'],
    [seconds(0, -1_000), '1969-12-31T23:59:59.999999Z'],
    [seconds(0, 2_000_000_000), '1970-01-01T00:00:02.000000Z'],
    [[], null],
  ])('time with microseconds: %j is %s', (raw, text) => {
    expect(read(event, sizedField(10, raw))).toEqual({ eventTime: text });
  });

  it.each([
    [numberField(2, 8080), 8080],
    [[...numberField(1, 0), ...numberField(2, -1), ...sizedField(3, 'ignored')], -1],
    [[...numberField(1, 1), ...numberField(2, 5), ...sizedField(3, 'http')], 'http'],
    [numberField(1, 1), ''],
    [[], 0],
  ])('number or text: %j is %j', (raw, value) => {
    expect(read(httpGetAction, sizedField(2, raw))).toEqual({ port: value });
  });

  it.each([
    [sizedField(1, '1Gi'), '1Gi'],
    [[], '0'],
  ])('amount: %j is %s', (raw, amount) => {
    expect(read(emptyDirVolumeSource, sizedField(2, raw))).toEqual({ sizeLimit: amount });
  });

  it('JSON within bytes', () => {
    expect(read(managedFieldsEntry, sizedField(7, sizedField(1, '{"f:spec":{}}')))).toEqual({
      fieldsV1: { 'f:spec': {} },
    });
  });
});

describe('maps', () => {
  it('take the last of equal keys, and what an entry leaves out as empty', () => {
    const entry = (...parts: number[][]): number[] => sizedField(11, parts.flat());
    const raw = [
      ...entry(sizedField(1, 'a'), sizedField(2, 'first')),
      ...entry(sizedField(2, 'last'), sizedField(1, 'a')),
      ...entry(sizedField(1, 'b')),
      ...entry(),
    ];
    expect(read(objectMeta, raw)).toEqual({ labels: { a: 'last', b: '', '': '' } });
  });

  it('keep a key that JavaScript has a meaning for', () => {
    const { labels } = read(objectMeta, sizedField(11, [...sizedField(1, '__proto__'), ...sizedField(2, 'x')]));
    expect(Object.entries(labels as object)).toEqual([['__proto__', 'x']]);
  });

  it('of bytes hold base64', () => {
    const raw = sizedField(2, [...sizedField(1, 'k'), ...sizedField(2, [0xff, 0x00])]);
    expect(read(secret, raw)).toEqual({ data: { k: '/wA=' } });
  });
});

describe('fields', () => {
  it('given twice add up when they are messages, and the last counts when they are not', () => {
    const metadata = (...parts: number[][]): number[] => sizedField(1, parts.flat());
    const raw = [...metadata(sizedField(1, 'a'), sizedField(3, 'ns')), ...metadata(sizedField(1, 'b'))];
    expect(read(secret, raw)).toEqual({ metadata: { name: 'b', namespace: 'ns' } });
  });

  it.each([
    ['a number', numberField(99, 2 ** 40)],
    ['eight bytes', [...number(99 * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8]],
    ['a text', sizedField(99, 'text')],
    [
      'a group',
      [
        ...number(99 * 8 + 3),
        ...number(98 * 8 + 3),
        ...sizedField(1, 'x'),
        ...number(98 * 8 + 4),
        ...number(99 * 8 + 4),
      ],
    ],
    ['four bytes', [...number(99 * 8 + 5), 1, 2, 3, 4]],
    ['a number beyond all fields', numberField(2 ** 28, 1)],
  ])('nobody knows are skipped: %s', (_, unknown) => {
    expect(read(objectMeta, [...unknown, ...sizedField(1, 'n'), ...unknown])).toEqual({ name: 'n' });
  });

  it('keep texts as they are, and replace what is no UTF-8', () => {
    expect(read(objectMeta, sizedField(1, '\uFEFFgrüße 🚀'))).toEqual({ name: '\uFEFFgrüße 🚀' });
    expect(read(objectMeta, sizedField(1, [0x61, 0xff]))).toEqual({ name: 'a\uFFFD' });
  });
});

describe('bytes that are no message', () => {
  const nestedGroups = Array.from({ length: 1_000_000 }, () => 15 * 8 + 3);
  it.each<[string, number[], string]>([
    ['a length beyond the end', [10, 5, 97], 'unexpected EOF'],
    ['a huge length', [10, ...number(2 ** 40)], 'unexpected EOF'],
    ['a negative length', [10, ...number(-1)], 'proto: negative length found during unmarshaling'],
    ['a tag without a value', [10], 'unexpected EOF'],
    ['a number that does not end', [0x80, 0x80], 'unexpected EOF'],
    ['a number of eleven bytes', Array.from({ length: 11 }, () => 0x80), 'proto: integer overflow'],
    ['a number for a text', numberField(1, 1), 'proto: wrong wireType = 0 for field Name'],
    ['a text for a message', [...number(8 * 8), 0], 'proto: wrong wireType = 0 for field CreationTimestamp'],
    ['field 0', [2, 0], 'proto: ObjectMeta: illegal tag 0 (wire type 2)'],
    ['the end of a group', [12], 'proto: ObjectMeta: wiretype end group for non-group'],
    ['a wire type that is none', [...number(99 * 8 + 6)], 'proto: illegal wireType 6'],
    ['groups without end', nestedGroups, 'unexpected EOF'],
    ['a time out of range', sizedField(8, numberField(1, 2n ** 62n)), 'year outside of range [0,9999]'],
    ['a value that reaches beyond its message', sizedField(8, [8, 0x80]), 'unexpected EOF'],
    ['broken JSON', sizedField(17, sizedField(7, sizedField(1, '{'))), 'unexpected end of JSON input'],
  ])('%s', (_, raw, message) => {
    expect(() => read(objectMeta, raw)).toThrow(message);
  });

  it.each<[string, number[], string]>([
    ['nothing', [], 'empty data'],
    ['no magic', [123, 125], 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['magic alone', [0x6b, 0x38, 0x73, 0], 'empty body'],
    ['an envelope cut off', [0x6b, 0x38, 0x73, 0, 10, 4], 'unexpected EOF'],
  ])('instead of a document: %s', (_, bytes, message) => {
    expect(() => readEnvelope(Uint8Array.from(bytes))).toThrow(message);
  });
});
