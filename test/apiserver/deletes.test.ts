import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/api-server.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const jobs = '/apis/batch/v1/namespaces/default/jobs';
const merge = { 'content-type': 'application/merge-patch+json' };

describe('delete', () => {
  const remove = (server: TestServer, path: string, options?: object): ReturnType<TestServer['send']> =>
    server.send('DELETE', path, options);

  it('answers with a Status, or with the object for kinds that are missed', async () => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x' } });
    await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'x' } });
    expect((await remove(server, `${configMaps}/x`)).body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'x', kind: 'configmaps', uid: expect.any(String) },
    });
    expect((await remove(server, '/api/v1/namespaces/default/serviceaccounts/x')).body.kind).toBe('ServiceAccount');
    expect((await remove(server, `${configMaps}/x`)).status).toBe(404);
  });

  it('warns whoever leaves the pods of a Job behind without saying so', async () => {
    const server = startTestServer();
    const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
    for (const name of ['a', 'b']) await server.send('POST', jobs, { metadata: { name }, spec: { template } });
    const silent = await remove(server, `${jobs}/a`);
    expect(silent.warnings).toEqual([expect.stringContaining('child pods are preserved by default')]);
    expect(silent.body.metadata.finalizers).toEqual(['orphan']);
    expect((await remove(server, `${jobs}/b?propagationPolicy=Background`)).warnings).toEqual([]);
  });

  it('removes the object with the last finalizer', async () => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x', finalizers: ['a.b/c', 'a.b/d'] } });
    expect((await remove(server, `${configMaps}/x`)).body.metadata).toHaveProperty('deletionTimestamp');
    const patch = (finalizers: string[] | null): Promise<{ status: number }> =>
      server.send('PATCH', `${configMaps}/x`, { metadata: { finalizers } }, merge);
    await patch(['a.b/c']);
    expect((await server.send('GET', `${configMaps}/x`)).status).toBe(200);
    expect((await patch(null)).status).toBe(200);
    expect((await server.send('GET', `${configMaps}/x`)).status).toBe(404);
  });

  it.each([
    [{ uid: 'other' }, /the UID in the precondition \(other\) does not match the UID in record/],
    [
      { resourceVersion: '1' },
      /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record/,
    ],
  ])('heeds the precondition %j', async (preconditions, message) => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x' } });
    const { body } = await remove(server, `${configMaps}/x`, { preconditions });
    expect([body.code, body.message]).toEqual([409, expect.stringMatching(message)]);
    expect(body.message).toMatch(/^Operation cannot be fulfilled on ConfigMap "x": /);
    expect(body.details).toEqual({ name: 'x', kind: 'ConfigMap' });
  });

  it('heeds the preconditions of a namespace in other words', async () => {
    const server = startTestServer();
    const { body: made } = await server.send('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
    const { body } = await remove(server, '/api/v1/namespaces/n', { preconditions: { uid: 'other' } });
    expect([body.code, body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on namespaces "n": Precondition failed: UID in precondition: other, UID in object meta: ${made.metadata.uid}`,
    ]);
  });

  it.each([
    [{ propagationPolicy: 'Foo' }, 422],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, 422],
    [{ dryRun: ['Some'] }, 422],
    [{ gracePeriodSeconds: 'x' }, 400],
  ])('refuses the options %j with %i', async (options, status) => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x' } });
    expect((await remove(server, `${configMaps}/x`, options)).status).toBe(status);
  });

  it.each([
    [
      { gracePeriodSeconds: 'x' },
      'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
    [{ kind: 'Job' }, 'no kind "Job" is registered for version "meta.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"'],
    [
      { kind: true },
      "couldn't get version/kind; json parse error: json: cannot unmarshal bool into Go struct field .kind of type string",
    ],
    [
      '{x',
      "couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of object key string",
    ],
  ])('says of the options %j only what is wrong with them', async (options, message) => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x' } });
    const { body } = await server.send('DELETE', `${configMaps}/x`, options);
    expect([body.code, body.message]).toEqual([400, message]);
  });

  it('takes options of any version, and none at all', async () => {
    const server = startTestServer();
    for (const options of [{ kind: 'DeleteOptions', apiVersion: 'batch/v1' }, 'null']) {
      await server.send('POST', configMaps, { metadata: { name: 'x' } });
      expect((await server.send('DELETE', `${configMaps}/x`, options)).status).toBe(200);
    }
  });

  it('is only accepted where a client asks in the old way to cascade and something holds the object', async () => {
    const server = startTestServer();
    await server.send('POST', configMaps, { metadata: { name: 'x', finalizers: ['a.b/c'] } });
    expect((await remove(server, `${configMaps}/x?orphanDependents=false`)).status).toBe(202);
  });

  it('spares the namespaces that everything counts on', async () => {
    const server = startTestServer();
    expect((await remove(server, '/api/v1/namespaces/default')).body).toMatchObject({
      code: 403,
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
    });
  });

  it('of a collection is told first what it names wrongly, then how', async () => {
    const server = startTestServer();
    const wrong = await remove(server, `${jobs}?labelSelector=%3D`, { propagationPolicy: 'x' });
    expect([wrong.status, wrong.warnings]).toEqual([400, []]);
    expect((await remove(server, jobs, { propagationPolicy: 'x' })).status).toBe(422);
  });

  it('of a collection takes what a list would show, and shows it', async () => {
    const server = startTestServer();
    for (let i = 0; i < 70; i++) {
      await server.send('POST', configMaps, { metadata: { name: `x${i}`, labels: { odd: String(i % 2) } } });
    }
    const { body } = await remove(server, `${configMaps}?labelSelector=odd%3D1`);
    expect(body).toMatchObject({ kind: 'ConfigMapList' });
    expect(body.items).toHaveLength(35);
    const left = (await server.send('GET', configMaps)).body.items as { metadata: { labels: { odd: string } } }[];
    expect(left.map((item) => item.metadata.labels.odd)).toEqual(Array.from({ length: 35 }, () => '0'));
  });

  it('of a namespace ends when its finalizer is taken away', async () => {
    const server = startTestServer();
    const path = '/api/v1/namespaces/gone';
    await server.send('POST', '/api/v1/namespaces', { metadata: { name: 'gone' } });
    const terminating = await remove(server, path);
    expect(terminating.body).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Terminating' } });
    await server.send('PUT', `${path}/finalize`, { metadata: { name: 'gone' }, spec: { finalizers: [] } });
    expect((await server.send('GET', path)).status).toBe(404);
  });
});
