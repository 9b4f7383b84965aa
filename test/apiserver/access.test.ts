import { describe, expect, it } from 'vitest';
import type { ConnectionInfo } from '../../lib/ports/authentication.js';
import { startTestServer } from '../support/api-server.js';

const pods = '/api/v1/namespaces/default/pods';
const masters: ConnectionInfo = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };
const nobody: ConnectionInfo = { clientCertificate: { commonName: 'nobody', organizations: [] } };

function ask(path: string, connection: ConnectionInfo = {}, init: RequestInit = {}): Promise<Response> {
  return startTestServer().server.fetch(new Request(`http://server${path}`, init), connection);
}

describe('without credentials', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/api'],
    ['GET', '/apis/batch/v1'],
    ['GET', pods],
    ['POST', pods],
    ['DELETE', `${pods}/p`],
    ['GET', '/openapi/v3'],
    ['GET', '/anything'],
    ['POST', '/healthz'],
  ])('%s %s is answered with 401', async (method, path) => {
    const response = await ask(path, {}, { method });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  });

  it.each(['/healthz', '/livez', '/readyz'])('%s says whether the server is well', async (path) => {
    expect(await (await ask(path)).text()).toBe('ok');
    expect(await (await ask(`${path}?verbose`)).text()).toContain('[+]store ok');
  });

  it('/version says what is served', async () => {
    expect(await (await ask('/version')).json()).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.3' });
  });
});

describe('with credentials', () => {
  it('believes a certificate the transport has verified', async () => {
    expect((await ask(pods, masters)).status).toBe(200);
  });

  it.each([
    ['Bearer a-token', 403],
    ['bearer a-token', 403],
    ['Bearer another-token', 401],
    ['Basic a-token', 401],
  ])('answers %s with %i', async (authorization, status) => {
    expect((await ask(pods, {}, { headers: { authorization } })).status).toBe(status);
  });

  it('refuses a wrong token whatever certificate comes with it', async () => {
    expect((await ask(pods, masters, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  });

  it.each([
    [
      'GET',
      pods,
      'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      `${pods}?watch=1`,
      'pods is forbidden: User "nobody" cannot watch resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      `${pods}/p/log`,
      'pods "p" is forbidden: User "nobody" cannot get resource "pods/log" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/apis/batch/v1/jobs',
      'jobs.batch is forbidden: User "nobody" cannot list resource "jobs" in API group "batch" at the cluster scope',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/x',
      'namespaces "x" is forbidden: User "nobody" cannot delete resource "namespaces" in API group "" at the cluster scope',
    ],
    ['GET', '/logs', 'forbidden: User "nobody" cannot get path "/logs"'],
    ['GET', '/apisx', 'forbidden: User "nobody" cannot get path "/apisx"'],
    ['POST', '/apis', 'forbidden: User "nobody" cannot post path "/apis"'],
  ])('forbids those who have no rights: %s %s', async (method, path, message) => {
    const response = await ask(path, nobody, { method });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ reason: 'Forbidden', message });
  });

  it.each(['/api', '/api/v1', '/apis', '/apis/batch/v1', '/openapi/v3', '/openapi/v2'])(
    'shows everybody who is known which resources there are: %s',
    async (path) => {
      expect((await ask(path, nobody)).status).toBe(200);
    },
  );

  it('asks the authorizer with the words of RBAC', async () => {
    const asked: unknown[] = [];
    const authorize = async (attributes: unknown): Promise<{ allowed: boolean; reason: string }> => {
      asked.push(attributes);
      return { allowed: false, reason: 'not today' };
    };
    const { send } = startTestServer({ authorizer: { authorize } });
    const { body } = await send('PATCH', '/apis/batch/v1/namespaces/a/jobs/j/status');
    expect(asked).toEqual([
      {
        user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
        verb: 'patch',
        group: 'batch',
        resource: 'jobs',
        subresource: 'status',
        namespace: 'a',
        name: 'j',
      },
    ]);
    expect(body.message).toMatch(/: not today$/);
  });
});

describe('the request log', () => {
  it('says who asked for what and how it ended, nothing secret', async () => {
    const entries: object[] = [];
    const { send } = startTestServer({ onRequest: (entry) => entries.push(entry) });
    await send('GET', `${pods}?labelSelector=a`, undefined, { authorization: 'Bearer secret' });
    await send('GET', pods);
    expect(entries).toEqual([
      { method: 'GET', path: pods, user: undefined, status: 401, durationMs: expect.any(Number) },
      { method: 'GET', path: pods, user: 'admin', status: 200, durationMs: expect.any(Number) },
    ]);
  });

  it('learns of what failed inside, of which the client learns nothing', async () => {
    const errors: unknown[] = [];
    const failing = { authorize: () => Promise.reject(new Error('a secret')) };
    const { send } = startTestServer({ authorizer: failing, onError: (error) => errors.push(error) });
    const { status, text } = await send('GET', pods);
    expect(status).toBe(500);
    expect(text).not.toContain('a secret');
    expect(errors).toEqual([new Error('a secret')]);
  });
});
