import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Ids } from '../../lib/ports/ids.js';
import { startTestServer } from '../support/api-server.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';
const jobs = '/apis/batch/v1/namespaces/default/jobs';
const merge = { 'content-type': 'application/merge-patch+json' };
const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };

function job(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, ...metadata }, spec: { template, ...spec } };
}

describe('create', () => {
  it('sets what only the server sets, whatever the client says', async () => {
    const { send } = startTestServer();
    const forged = {
      uid: 'mine',
      creationTimestamp: '2020-01-01T00:00:00Z',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 3,
      generation: 7,
      selfLink: '/x',
      managedFields: [{ manager: 'x', operation: 'Apply' }],
    };
    const { body } = await send('POST', jobs, job('j', {}, forged));
    expect(body.metadata).toMatchObject({ generation: 1, creationTimestamp: '2030-01-01T00:00:00Z' });
    expect(body.metadata.uid).not.toBe('mine');
    for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields']) {
      expect(body.metadata).not.toHaveProperty(field);
    }
  });

  it('draws a generated name again when it is taken', async () => {
    const suffixes = ['aaaaa', 'aaaaa', 'aaaaa', 'bbbbb'];
    let uid = 0;
    const ids: Ids = { uid: () => `u${uid++}`, nameSuffix: () => suffixes.shift() ?? 'aaaaa' };
    const { send } = startTestServer({ ids });
    const create = async (): Promise<unknown> =>
      (await send('POST', configMaps, { metadata: { generateName: 'g-' } })).body;
    expect(await create()).toMatchObject({ metadata: { name: 'g-aaaaa', generateName: 'g-' } });
    expect(await create()).toMatchObject({ metadata: { name: 'g-bbbbb' } });
    expect(await create()).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  });

  it('cuts a long generateName so that the name fits', async () => {
    const { send } = startTestServer();
    const { body } = await send('POST', configMaps, { metadata: { generateName: 'x'.repeat(100) } });
    expect(body.metadata.name).toHaveLength(63);
  });

  it('keeps each owner once', async () => {
    const { send } = startTestServer();
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u1' };
    const ownerReferences = [owner, { ...owner, uid: 'u2' }, owner];
    const { body, warnings } = await send('POST', configMaps, { metadata: { name: 'x', ownerReferences } });
    expect(body.metadata.ownerReferences).toEqual([owner, { ...owner, uid: 'u2' }]);
    expect(warnings).toEqual([expect.stringMatching(/duplicate UID\(s\) observed: u1$/)]);
  });

  it.each([
    ['5', 500],
    ['0', 201],
    ['abc', 201],
  ])('with the version %s is answered with %i', async (resourceVersion, status) => {
    const { send } = startTestServer();
    const { body, ...answer } = await send('POST', configMaps, { metadata: { name: 'x', resourceVersion } });
    expect(answer.status).toBe(status);
    if (status === 500) expect(body.message).toBe('resourceVersion should not be set on objects to be created');
    else expect(body.metadata.resourceVersion).not.toBe(resourceVersion);
  });

  it('stores nothing in a dry run, and notices what it would meet', async () => {
    const { send } = startTestServer();
    const dry = await send('POST', `${configMaps}?dryRun=All`, { metadata: { name: 'x' } });
    expect([dry.status, dry.body.metadata.resourceVersion]).toEqual([201, undefined]);
    expect((await send('GET', `${configMaps}/x`)).status).toBe(404);
    await send('POST', configMaps, { metadata: { name: 'x' } });
    expect((await send('POST', `${configMaps}?dryRun=All`, { metadata: { name: 'x' } })).status).toBe(409);
  });

  it.each([
    [
      'dryRun=Some',
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ],
    [
      `fieldManager=${'x'.repeat(129)}`,
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      'fieldManager=%07',
      expect.stringMatching(/fieldManager: Invalid value: .*: should only contain printable characters$/),
    ],
  ])('refuses the option %s', async (query, message) => {
    const { send } = startTestServer();
    expect((await send('POST', `${configMaps}?${query}`, { metadata: { name: 'x' } })).body).toMatchObject({ message });
  });

  it('refuses a namespace that is not there, is another one, or goes', async () => {
    const { send } = startTestServer();
    const absent = await send('POST', '/api/v1/namespaces/absent/configmaps', { metadata: { name: 'x' } });
    expect(absent.body).toMatchObject({ code: 404, message: 'namespaces "absent" not found' });
    const other = await send('POST', configMaps, { metadata: { name: 'x', namespace: 'other' } });
    expect(other.status).toBe(400);
    await send('POST', '/api/v1/namespaces', { metadata: { name: 'going' } });
    await send('DELETE', '/api/v1/namespaces/going');
    const going = await send('POST', '/api/v1/namespaces/going/configmaps', { metadata: { name: 'x' } });
    expect(going.body).toMatchObject({ code: 403, details: { causes: [{ reason: 'NamespaceTerminating' }] } });
  });

  it('binds pods to the node, but for those behind a gate', async () => {
    const { send } = startTestServer({ nodeName: 'here' });
    const pods = '/api/v1/namespaces/default/pods';
    await send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    const pod = (name: string, spec: object): object => ({
      metadata: { name },
      spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    });
    expect((await send('POST', pods, pod('a', {}))).body.spec.nodeName).toBe('here');
    expect((await send('POST', pods, pod('b', { nodeName: 'there' }))).body.spec.nodeName).toBe('there');
    const gated = await send('POST', pods, pod('c', { schedulingGates: [{ name: 'g' }] }));
    expect(gated.body.spec.nodeName).toBeUndefined();
    expect(gated.body.status.conditions).toMatchObject([{ type: 'PodScheduled', reason: 'SchedulingGated' }]);
    const ungated = await send('PATCH', `${pods}/c`, { spec: { schedulingGates: null } }, merge);
    expect(ungated.body.spec.nodeName).toBe('here');
  });
});

describe('update', () => {
  it('keeps the version of an object that does not change', async () => {
    const { send } = startTestServer();
    const { body: made } = await send('POST', configMaps, { metadata: { name: 'x' }, data: { a: '1' } });
    expect((await send('PUT', `${configMaps}/x`, { metadata: { name: 'x' }, data: { a: '1' } })).body).toEqual(made);
    expect((await send('PATCH', `${configMaps}/x`, { data: { a: '1' } }, merge)).body).toEqual(made);
    const changed = await send('PATCH', `${configMaps}/x`, { data: { a: '2' } }, merge);
    expect(Number(changed.body.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
  });

  it('replaces only the version it names', async () => {
    const { send } = startTestServer();
    const { body: made } = await send('POST', configMaps, { metadata: { name: 'x' } });
    const put = (resourceVersion: string, a: string): Promise<{ status: number; body: { message: string } }> =>
      send('PUT', `${configMaps}/x`, { metadata: { name: 'x', resourceVersion }, data: { a } });
    expect((await put(made.metadata.resourceVersion, '1')).status).toBe(200);
    expect((await put(made.metadata.resourceVersion, '2')).body).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "x": the object has been modified; please apply your changes to the latest version and try again',
    });
    expect((await put('0', '3')).status).toBe(200);
  });

  it.each([
    ['abc', 'strconv.ParseUint: parsing "abc": invalid syntax'],
    ['-1', 'strconv.ParseUint: parsing "-1": invalid syntax'],
    ['18446744073709551616', 'strconv.ParseUint: parsing "18446744073709551616": value out of range'],
  ])('cannot read the version %s', async (resourceVersion, message) => {
    const { send } = startTestServer();
    await send('POST', configMaps, { metadata: { name: 'x' } });
    const put = await send('PUT', `${configMaps}/x`, { metadata: { name: 'x', resourceVersion } });
    expect(put.body).toMatchObject({ code: 500, message });
    const patched = await send('PATCH', `${configMaps}/x`, { metadata: { resourceVersion } }, merge);
    expect(patched.body).toMatchObject({ code: 500, message });
  });

  it('keeps the time at which a deletion began, whatever is written there', async () => {
    const { send } = startTestServer();
    await send('POST', configMaps, { metadata: { name: 'x', finalizers: ['a.b/c'] } });
    const { body: going } = await send('DELETE', `${configMaps}/x`);
    const metadata = { deletionTimestamp: '2020-01-01T00:00:00Z' };
    const { body } = await send('PATCH', `${configMaps}/x`, { metadata }, merge);
    expect(body.metadata.deletionTimestamp).toBe(going.metadata.deletionTimestamp);
  });

  it('holds the metadata to the same rules where the rest of a face may be anything', async () => {
    const { send } = startTestServer();
    const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
    const spec = { schedule: '@daily', jobTemplate: { spec: { template } } };
    await send('POST', cronJobs, { metadata: { name: 'x' }, spec });
    const { body } = await send('PATCH', `${cronJobs}/x/status`, { metadata: { labels: { '-': '' } } }, merge);
    expect([body.code, body.details.causes]).toEqual([422, [expect.objectContaining({ field: 'metadata.labels' })]]);
  });

  it('makes no object of a kind whose names are given by creation', async () => {
    const { send } = startTestServer();
    expect((await send('PUT', `${configMaps}/x`, { metadata: { name: 'x' } })).status).toBe(404);
    const event = { metadata: { name: 'e' }, involvedObject: { namespace: 'default' } };
    expect((await send('PUT', '/api/v1/namespaces/default/events/e', event)).status).toBe(201);
  });

  it('raises the generation with the spec, and only with it', async () => {
    const { send } = startTestServer();
    await send('POST', jobs, job('j', { parallelism: 1 }));
    const patch = async (body: object, path = 'j'): Promise<unknown> =>
      (await send('PATCH', `${jobs}/${path}`, body, merge)).body.metadata.generation;
    expect(await patch({ metadata: { labels: { a: 'b' } } })).toBe(1);
    expect(await patch({ spec: { parallelism: 2 } })).toBe(2);
    expect(await patch({ spec: { parallelism: 3 }, status: { active: 1 } }, 'j/status')).toBe(2);
    const { body } = await send('GET', `${jobs}/j`);
    expect([body.spec.parallelism, body.status.active]).toEqual([2, 1]);
  });

  it('keeps the status from those who write the object', async () => {
    const { send } = startTestServer();
    await send('POST', jobs, job('j'));
    await send('PATCH', `${jobs}/j/status`, { status: { active: 2 } }, merge);
    await send('PUT', `${jobs}/j`, { ...job('j'), status: { active: 9 } });
    expect((await send('PATCH', `${jobs}/j`, { status: { active: 9 } }, merge)).body.status.active).toBe(2);
  });

  it('applies a patch to whatever is current when another writer was faster', async () => {
    const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
    const store = new InterferingStore(clock);
    const { send } = startTestServer({ store });
    await send('POST', configMaps, { metadata: { name: 'x' } });
    store.interferences = 3;
    const { status, body } = await send('PATCH', `${configMaps}/x`, { data: { mine: '1' } }, merge);
    expect([status, body.data]).toEqual([200, { mine: '1', theirs: '1' }]);
    expect(store.interferences).toBe(0);
  });

  it('refuses a patch of an unknown kind', async () => {
    const { send } = startTestServer();
    expect((await send('PATCH', `${configMaps}/x`, {})).body).toMatchObject({
      code: 415,
      message: '415: Unsupported Media Type',
    });
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    expect((await send('PATCH', `${configMaps}/x?fieldManager=m`, {}, apply)).body).toMatchObject({
      code: 415,
      message: expect.stringMatching(/^server-side apply is not supported/),
    });
  });

  it('writes nothing in a dry run', async () => {
    const { send } = startTestServer();
    await send('POST', configMaps, { metadata: { name: 'x' } });
    const dry = await send('PATCH', `${configMaps}/x?dryRun=All`, { data: { a: '1' } }, merge);
    expect(dry.body.data).toEqual({ a: '1' });
    expect((await send('GET', `${configMaps}/x`)).body).not.toHaveProperty('data');
  });
});

/** Before each of the next writes, somebody else writes. */
class InterferingStore extends MemoryStore {
  interferences = 0;

  override async replace(
    ...[key, expected, object, record]: Parameters<MemoryStore['replace']>
  ): ReturnType<MemoryStore['replace']> {
    if (this.interferences > 0) {
      this.interferences--;
      const stored = (await this.get(key))!;
      const theirs = { ...stored.object, data: { theirs: '1' }, other: this.interferences };
      await super.replace(key, stored.revision, theirs);
    }
    return super.replace(key, expected, object, record);
  }
}
