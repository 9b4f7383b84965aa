import { describe, expect, it } from 'vitest';
import { startTestServer, type TestAnswer, type TestServer } from '../support/api-server.js';

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const merge = { 'content-type': 'application/merge-patch+json' };
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

async function serverWithJob(spec: object = {}): Promise<TestServer> {
  const server = startTestServer();
  const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
  await server.send('POST', jobs, { metadata: { name: 'pi' }, spec: { parallelism: 2, ...spec, template } });
  return server;
}

function patch(server: TestServer, body: object, query = ''): Promise<TestAnswer> {
  return server.send('PATCH', `${jobs}/pi/scale${query}`, body, merge);
}

describe('the scale of a Job', () => {
  it('shows how many pods are to run at the same time, and how many do', async () => {
    const server = await serverWithJob();
    await server.send(
      'PATCH',
      `${jobs}/pi/status`,
      { status: { active: 1, startTime: '2030-01-01T00:00:00Z' } },
      merge,
    );
    const { metadata } = (await server.send('GET', `${jobs}/pi`)).body;
    const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
    expect((await server.send('GET', `${jobs}/pi/scale`)).body).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: 2 },
      status: { replicas: 1, selector: `batch.kubernetes.io/controller-uid=${uid}` },
    });
  });

  it('changes the parallelism and nothing else', async () => {
    const server = await serverWithJob({ completions: 9 });
    const before = (await server.send('GET', `${jobs}/pi`)).body;
    const answer = await patch(server, { spec: { replicas: 3 } });
    expect(answer).toMatchObject({ status: 200, body: { kind: 'Scale', spec: { replicas: 3 } } });
    const after = (await server.send('GET', `${jobs}/pi`)).body;
    expect(after.spec).toEqual({ ...before.spec, parallelism: 3 });
    expect(after.metadata.generation).toBe(2);
    expect(after.metadata.resourceVersion).toBe(answer.body.metadata.resourceVersion);
  });

  it.each([
    ['application/json-patch+json', JSON.stringify([{ op: 'replace', path: '/spec/replicas', value: 0 }]), 0],
    ['application/strategic-merge-patch+json', '{"spec":{"replicas":7}}', 7],
  ])('takes a patch of type %s', async (type, body, replicas) => {
    const server = await serverWithJob();
    expect((await server.send('PATCH', `${jobs}/pi/scale`, body, { 'content-type': type })).status).toBe(200);
    expect((await server.send('GET', `${jobs}/pi`)).body.spec.parallelism).toBe(replicas);
  });

  it('is replaced only at the version that was read', async () => {
    const server = await serverWithJob();
    const shown = (await server.send('GET', `${jobs}/pi/scale`)).body;
    const wanted = { ...shown, spec: { replicas: 5 } };
    expect((await server.send('PUT', `${jobs}/pi/scale`, wanted)).body.spec).toEqual({ replicas: 5 });
    expect(await server.send('PUT', `${jobs}/pi/scale`, wanted)).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', details: { group: 'batch', kind: 'jobs', name: 'pi' } },
    });
  });

  it('is not changed by a dry run', async () => {
    const server = await serverWithJob();
    expect((await patch(server, { spec: { replicas: 3 } }, '?dryRun=All')).body.spec).toEqual({ replicas: 3 });
    expect((await server.send('GET', `${jobs}/pi/scale`)).body.spec).toEqual({ replicas: 2 });
  });

  it.each([
    [
      { spec: { replicas: -1 } },
      422,
      'Scale.autoscaling "pi" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      { spec: { replicas: 'x' } },
      422,
      'cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32',
    ],
    [{ metadata: { name: 'other' } }, 400, 'the name of the object (other) does not match the name on the URL (pi)'],
    [{ metadata: { uid: 'other' } }, 422, 'metadata.uid: Invalid value: "other": field is immutable'],
  ])('refuses %j', async (body, status, message) => {
    const answer = await patch(await serverWithJob(), body);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
  });

  it('obeys the rules of Jobs', async () => {
    const server = await serverWithJob({ completionMode: 'Indexed', completions: 1 });
    const answer = await patch(server, { spec: { replicas: 100_001 } });
    expect(answer).toMatchObject({ status: 422, body: { details: { kind: 'Job' } } });
  });

  it('is not there without its Job', async () => {
    expect(await startTestServer().send('GET', `${jobs}/pi/scale`)).toMatchObject({
      status: 404,
      body: { message: 'jobs.batch "pi" not found' },
    });
  });

  it('is a Table with its own columns for whoever asks', async () => {
    const { columnDefinitions, rows } = (
      await (await serverWithJob()).send('GET', `${jobs}/pi/scale`, undefined, table)
    ).body;
    expect(columnDefinitions.map((each: { name: string }) => each.name)).toEqual([
      'Name',
      'Desired',
      'Available',
      'Age',
    ]);
    expect(rows[0].cells).toEqual(['pi', 2, 0, '0s']);
  });
});
