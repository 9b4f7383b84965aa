import { describe, expect, it } from 'vitest';
import { startTestServer, type TestAnswer, type TestServer } from '../../support/api-server.js';
import { document, number, numberField, sizedField } from './bytes.js';
import { fixture } from './fixtures.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const jobs = '/apis/batch/v1/namespaces/default/jobs';
/** As client-go sends it. */
const protobuf = {
  'content-type': 'application/vnd.kubernetes.protobuf',
  accept: 'application/vnd.kubernetes.protobuf,application/json',
};

function send(server: TestServer, method: string, path: string, body: Uint8Array): Promise<TestAnswer> {
  return server.send(method, path, body, protobuf);
}

function configMap(name: string, data: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(data).map(([key, value]) =>
    sizedField(2, [...sizedField(1, key), ...sizedField(2, value)]),
  );
  return document('v1', 'ConfigMap', [...sizedField(1, sizedField(1, name)), ...entries.flat()]);
}

describe('a body in protobuf', () => {
  it('creates the object that the same body in JSON creates', async () => {
    const { protobuf: bytes, json } = fixture('job-small');
    const created = async (body: unknown, headers?: Record<string, string>): Promise<TestAnswer> =>
      startTestServer().send('POST', `${jobs}?fieldManager=kubectl-create&fieldValidation=Strict`, body, headers);
    const answer = await created(bytes, protobuf);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.warnings).toEqual([]);
    expect(answer.body).toEqual((await created(json)).body);
  });

  it('is known by its media type, whatever parameters follow', async () => {
    const { send: sendRaw } = startTestServer();
    const type = { 'content-type': 'Application/vnd.kubernetes.protobuf; charset=utf-8' };
    expect((await sendRaw('POST', configMaps, configMap('a', {}), type)).status).toBe(201);
  });

  it('updates', async () => {
    const server = startTestServer();
    await send(server, 'POST', configMaps, configMap('a', { k: 'before' }));
    const answer = await send(server, 'PUT', `${configMaps}/a`, configMap('a', { k: 'after' }));
    expect([answer.status, answer.body.data]).toEqual([200, { k: 'after' }]);
  });

  it('says how to delete', async () => {
    const server = startTestServer();
    await send(server, 'POST', configMaps, configMap('a', {}));
    const stale = document('v1', 'DeleteOptions', sizedField(2, sizedField(1, 'another-uid')));
    expect((await send(server, 'DELETE', `${configMaps}/a`, stale)).status).toBe(409);
    const dryRun = document('', '', sizedField(5, 'All'));
    expect((await send(server, 'DELETE', `${configMaps}/a`, dryRun)).status).toBe(200);
    expect((await send(server, 'DELETE', `${configMaps}/a`, document('v1', 'DeleteOptions', []))).status).toBe(200);
    expect((await server.send('GET', `${configMaps}/a`)).status).toBe(404);
  });

  it('may leave its kind to the path', async () => {
    const bytes = document('', '', sizedField(1, sizedField(1, 'a')));
    const answer = await send(startTestServer(), 'POST', configMaps, bytes);
    expect(answer.body).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  });

  it('is no larger than any other body may be', async () => {
    const large = new Uint8Array(3 * 1024 * 1024 + 1);
    expect((await send(startTestServer(), 'POST', configMaps, large)).status).toBe(413);
  });

  it('is no patch', async () => {
    const server = startTestServer();
    await send(server, 'POST', configMaps, configMap('a', {}));
    expect((await send(server, 'PATCH', `${configMaps}/a`, configMap('a', {}))).status).toBe(415);
  });
});

describe('bytes that hold no object of the kind', () => {
  const unrecognized = 'the object provided is unrecognized (must be of type Job):';
  const cannotBe = 'in version "v1" cannot be handled as a Job:';
  const cutTemplate = sizedField(6, [...number(2 * 8 + 2), 9]);
  it.each<[string, Uint8Array, string]>([
    [
      'JSON',
      new TextEncoder().encode('{"kind":"Job"}'),
      `${unrecognized} provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({"kind":"Job"})`,
    ],
    ['a cut envelope', Uint8Array.from([0x6b, 0x38, 0x73, 0, 10, 4]), `${unrecognized} unexpected EOF (6b3873000a04)`],
    [
      'a long document that is none',
      Uint8Array.from([0x6b, 0x38, 0x73, 0, ...Array.from({ length: 40 }, () => 0xff)]),
      `${unrecognized} proto: integer overflow (6b387300${'ff'.repeat(26)} ...)`,
    ],
    [
      'another kind',
      document('v1', 'ConfigMap', numberField(1, 1)),
      `ConfigMap ${cannotBe} converting (v1.ConfigMap) to (batch.Job): unknown conversion`,
    ],
    [
      'a wrong type',
      document('batch/v1', 'Job', numberField(2, 1)),
      `Job ${cannotBe} proto: wrong wireType = 0 for field Spec`,
    ],
    ['a cut message', document('batch/v1', 'Job', sizedField(2, cutTemplate)), `Job ${cannotBe} unexpected EOF`],
  ])('are refused: %s', async (_, bytes, message) => {
    const answer = await send(startTestServer(), 'POST', jobs, bytes);
    expect(answer.body).toMatchObject({ code: 400, reason: 'BadRequest', message });
  });

  it.each<[string, Uint8Array, string]>([
    [
      'another kind',
      document('v1', 'ConfigMap', []),
      'no kind "ConfigMap" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'a wrong type',
      document('v1', 'DeleteOptions', sizedField(1, 'x')),
      'proto: wrong wireType = 2 for field GracePeriodSeconds',
    ],
    [
      'no document',
      Uint8Array.from([1, 2, 3]),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
  ])('are no options of a deletion: %s', async (_, bytes, message) => {
    const answer = await send(startTestServer(), 'DELETE', `${jobs}/j`, bytes);
    expect(answer.body).toMatchObject({ code: 400, message });
  });
});
