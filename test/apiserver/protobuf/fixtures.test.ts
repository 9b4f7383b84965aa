import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../lib/apis/kinds.js';
import { decode } from '../../../lib/apis/meta/v1/decode.js';
import { parseJson } from '../../../lib/apis/meta/v1/json.js';
import { deleteOptions } from '../../../lib/apis/meta/v1/types.js';
import { readEnvelope, readObject } from '../../../lib/apiserver/http/protobuf/document.js';
import { fixtures } from './fixtures.js';

describe('an object that Kubernetes’ Go library wrote', () => {
  it.each(fixtures)('is the same from protobuf as from JSON: $name', ({ protobuf, json }) => {
    const envelope = readEnvelope(protobuf);
    const schema = kindOf(envelope.apiVersion, envelope.kind)?.schema ?? deleteOptions;
    const fromProtobuf = decode(schema, readObject(envelope, schema));
    const fromJson = decode(schema, parseJson(json).value);
    expect(fromJson.error).toBeUndefined();
    expect(fromProtobuf).toEqual(fromJson);
  });
});
