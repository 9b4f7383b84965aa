import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/api-server.js';

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pi = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'pi' },
  spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } } },
};

describe('a Job', () => {
  it('is created with its defaults, its selector and what only the server sets', async () => {
    const { send } = startTestServer();
    const { status, body } = await send('POST', jobs, pi);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'pi', namespace: 'default', generation: 1, creationTimestamp: '2030-01-01T00:00:00Z' },
      spec: { parallelism: 1, completions: 1, backoffLimit: 6 },
      status: {},
    });
    const { uid } = body.metadata;
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'pi',
      'controller-uid': uid,
      'job-name': 'pi',
    };
    expect(body.metadata.labels).toEqual(labels);
    expect(body.spec.template.metadata.labels).toEqual(labels);
    expect(body.spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    expect((await send('GET', `${jobs}/pi`)).body).toEqual(body);
    expect((await send('GET', jobs)).body).toMatchObject({ kind: 'JobList', items: [{ metadata: { name: 'pi' } }] });
  });
});
