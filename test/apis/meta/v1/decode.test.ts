import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kindOf, kindOfResource } from '../../../../lib/apis/kinds.js';
import { decode, strictError } from '../../../../lib/apis/meta/v1/decode.js';
import { parseJson } from '../../../../lib/apis/meta/v1/json.js';

type Json = Record<string, any>;

const kindsByName = { Job: 'batch/v1', Pod: 'v1', Secret: 'v1', Event: 'v1', ConfigMap: 'v1' };

/** Decodes the text of an object of a kind, given without the braces, `kind` and `apiVersion`. */
function decoded(
  kind: keyof typeof kindsByName,
  fields: string,
): { object: Json; error?: string; warnings: readonly string[] } {
  const { value, duplicateKeys } = parseJson(`{${fields}}`);
  const { schema } = kindOf(kindsByName[kind], kind)!;
  const { object, error, strictWarnings } = decode(schema, value, duplicateKeys);
  return { object: object as Json, error, warnings: strictWarnings };
}

function container(fields: string): ReturnType<typeof decoded> {
  return decoded('Pod', `"spec":{"containers":[{"name":"c",${fields}}]}`);
}

describe('decode', () => {
  it('returns a complete object as it came', () => {
    const once = decoded(
      'Job',
      '"metadata":{"name":"j","labels":{"a":"b"}},"spec":{"template":{"spec":{"containers":[{"name":"c"}]}}}',
    ).object;
    expect(decode(kindOf('batch/v1', 'Job')!.schema, once).object).toBe(once);
  });

  it('copies only the way to what changes', () => {
    const value = {
      metadata: { name: 'j', labels: { a: 'b' } },
      spec: { template: { metadata: {}, spec: { containers: [] } }, foo: 1 },
    };
    const { object } = decode(kindOf('batch/v1', 'Job')!.schema, value);
    expect((object as Json)['metadata']).toBe(value.metadata);
    expect((object as Json)['spec'].template).toBe(value.spec.template);
  });

  it('drops null, empty and zero where they say nothing, and keeps them where they do', () => {
    const { object } = decoded(
      'Job',
      '"metadata":{"name":"j","namespace":"","labels":{},"finalizers":[],"annotations":null},"spec":{"suspend":false,"parallelism":0,"completions":null,"managedBy":"","template":{"spec":{"hostNetwork":false,"containers":[]}}}',
    );
    expect(object['metadata']).toEqual({ name: 'j' });
    expect(object['spec']).toEqual({
      suspend: false,
      parallelism: 0,
      managedBy: '',
      template: { metadata: {}, spec: { containers: [] } },
    });
  });

  it('fills in what is always answered', () => {
    expect(decoded('Job', '').object).toEqual({
      metadata: {},
      spec: { template: { metadata: {}, spec: { containers: [] } } },
      status: {},
    });
    expect(decoded('Event', '').object).toEqual({
      metadata: {},
      involvedObject: {},
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    });
  });

  it('reads null among values as their zero value', () => {
    expect(decoded('ConfigMap', '"data":{"a":null}').object['data']).toEqual({ a: '' });
    expect(container('"env":[null]').object['spec'].containers[0].env).toEqual([{ name: '' }]);
  });

  it.each([
    ['"1000m"', '1'],
    ['0.5', '500m'],
    ['2.0', '2'],
    ['1e3', '1e3'],
    ['"1024Mi"', '1Gi'],
    ['" 5"', '5'],
    ['null', '0'],
  ])('spells the amount %s as %s', (given, expected) => {
    const { object } = container(`"resources":{"limits":{"cpu":${given}}}`);
    expect(object['spec'].containers[0].resources.limits.cpu).toBe(expected);
  });

  it.each([
    ['2020-02-03T01:00:00.5+02:00', '2020-02-02T23:00:00Z'],
    ['2020-02-03T1:00:00Z', '2020-02-03T01:00:00Z'],
  ])('spells the time %s as %s', (given, expected) => {
    expect(decoded('Pod', `"metadata":{"creationTimestamp":"${given}"}`).object['metadata'].creationTimestamp).toBe(
      expected,
    );
  });

  it('keeps the microseconds of an event and spells bytes in one way', () => {
    expect(decoded('Event', '"eventTime":"2020-02-03T00:00:00.123456+01:00"').object['eventTime']).toBe(
      '2020-02-02T23:00:00.123456Z',
    );
    expect(decoded('Secret', '"data":{"a":"YR==","b":"YQ=\\n="}').object['data']).toEqual({ a: 'YQ==', b: 'YQ==' });
  });

  it.each([
    ['Pod', '"metadata":7', 'number into Go struct field Pod.metadata of type v1.ObjectMeta'],
    [
      'Pod',
      '"metadata":{"labels":[]}',
      'array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      'Pod',
      '"metadata":{"ownerReferences":[{"uid":5}]}',
      'number into Go struct field OwnerReference.metadata.ownerReferences.uid of type types.UID',
    ],
    [
      'Job',
      '"spec":{"parallelism":-2147483649}',
      'number -2147483649 into Go struct field JobSpec.spec.parallelism of type int32',
    ],
    ['Job', '"spec":{"completions":1e2}', 'number 1e2 into Go struct field JobSpec.spec.completions of type int32'],
    ['Secret', '"data":{"a":5}', 'number into Go struct field Secret.data of type []uint8'],
    ['Secret', '"data":5', 'number into Go struct field Secret.data of type map[string][]uint8'],
    [
      'Pod',
      '"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":1.5}}}]}',
      'number 1.5 into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    ],
    [
      'Pod',
      '"spec":{"containers":[{"resources":{"limits":"x"}}]}',
      'string into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList',
    ],
  ] as const)('refuses wrong types as Kubernetes does: %s with %s', (kind, fields, message) => {
    expect(decoded(kind, fields).error).toBe(`json: cannot unmarshal ${message}`);
  });

  it('answers the first wrong type, but an unreadable amount or time before it', () => {
    expect(container('"stdin":"x","tty":5').error).toContain('Container.spec.containers.stdin');
    expect(container('"stdin":"x","resources":{"limits":{"cpu":"x"}}').error).toMatch(/^quantities must match/);
  });

  it.each([
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2020-02-30T00:00:00Z', 'parsing time "2020-02-30T00:00:00Z": day out of range'],
    ['2020-02-03T24:00:00Z', 'parsing time "2020-02-03T24:00:00Z": hour out of range'],
    ['x', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    [
      '2020-02-03T00:00:00',
      'parsing time "2020-02-03T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    ],
    ['2020-02-03T00:00:00Zx', 'parsing time "2020-02-03T00:00:00Zx": extra text: "x"'],
  ])('refuses the time %s in the words of Kubernetes', (given, message) => {
    expect(decoded('Pod', `"metadata":{"creationTimestamp":"${given}"}`).error).toBe(message);
  });

  it.each([
    ['@@', 0],
    ['x=y', 1],
    ['abc', 0],
    ['YWJjZ', 4],
    ['YQ==x', 4],
    ['YQ=x', 2],
  ])('says where %j stops being base64', (given, at) => {
    expect(decoded('Secret', `"data":{"a":"${given}"}`).error).toBe(`illegal base64 data at input byte ${at}`);
  });

  it('reports unknown and duplicate fields with their paths and drops the unknown', () => {
    const { object, warnings } = decoded(
      'Pod',
      '"metadata":{"name":"a","name":"b","labels":{"x":"1","x":"2"}},"spec":{"containers":[{"name":"c","comand":[],"env":[{"valu":1}]}],"foo":{"a":1,"a":2}},"bar":1',
    );
    expect(warnings).toEqual([
      'duplicate field "metadata.name"',
      'duplicate field "metadata.labels.x"',
      'unknown field "spec.containers[0].comand"',
      'unknown field "spec.containers[0].env[0].valu"',
      'unknown field "spec.foo"',
      'unknown field "bar"',
    ]);
    expect(strictError(warnings.slice(2, 4))).toBe(
      'strict decoding error: unknown field "spec.containers[0].comand", unknown field "spec.containers[0].env[0].valu"',
    );
    expect(object['spec']).toEqual({ containers: [{ name: 'c', env: [{ name: '' }], resources: {} }] });
  });
});

interface Recorded {
  name: string;
  request: { path: string; query: string; body: unknown };
  response: { status: number; warnings: string[]; body: Json };
}

const recordings = readFileSync(new URL('../../../../../shared/recordings/admission.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => ({ text: line, case: JSON.parse(line) as Recorded }));

/** The body as it was sent: parsing the line keeps how numbers are spelled. */
function sentBody(text: string): unknown {
  return ((parseJson(text).value as Json)['request'] as Json)['body'];
}

describe('decode, compared with recorded answers', () => {
  const refused = recordings.filter(({ case: { request, response } }) => {
    const message = String(response.body?.['message'] ?? '');
    return typeof request.body === 'object' && /cannot be handled as a \w+: (?!no kind|converting)/.test(message);
  });

  it.each(refused.map((each) => [each.case.name, each] as const))(
    'refuses %s in the same words',
    (_name, { text, case: { response } }) => {
      const [, kind, apiVersion] = /^(\w+) in version "(\w+)"/.exec(response.body['message'])!;
      const { schema } = kindOf(kind!.endsWith('Job') ? `batch/${apiVersion}` : apiVersion!, kind!)!;
      const { error, strictWarnings } = decode(schema, sentBody(text));
      expect(
        `${kind} in version "${apiVersion}" cannot be handled as a ${kind}: ${error ?? strictError(strictWarnings)}`,
      ).toBe(response.body['message']);
    },
  );

  const accepted = recordings.filter(({ case: { request, response } }) => {
    return (
      response.status === 201 && response.body['metadata'] && kindAt(request.path) && typeof request.body === 'object'
    );
  });

  function kindAt(path: string): ReturnType<typeof kindOfResource> {
    const [, , group, version, ...rest] = path.split('/');
    return path.startsWith('/api/')
      ? kindOfResource('v1', rest.at(-1)!)
      : kindOfResource(`${group}/${version}`, rest.at(-1)!);
  }

  it('finds every answered object complete, and warns of the same fields', () => {
    expect(accepted.length).toBeGreaterThan(250);
    for (const { case: each, text } of accepted) {
      // JavaScript has no such integer: 2^63 - 1 seconds.
      if (each.name === 'cronjob/sds-big') continue;
      const { schema } = kindAt(each.request.path)!;
      const answer = JSON.parse(
        JSON.stringify(each.response.body).replaceAll('<time>', '2026-01-01T00:00:00Z'),
      ) as Json;
      if (answer['kind'] === (each.request.body as Json)['kind']) expect(decode(schema, answer).object).toBe(answer);
      const unknown = each.response.warnings.filter((warning) => warning.startsWith('unknown field'));
      if (/fieldValidation=(Ignore|$)/.test(each.request.query)) continue;
      expect(decode(schema, sentBody(text)).strictWarnings, each.name).toEqual(unknown);
    }
  });
});
